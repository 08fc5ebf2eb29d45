import { List, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { useTimeout } from '@mantine/hooks'
import { IconKey } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { enableAccess } from '../../api/rest-access.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { AnchorLink } from '../../shell/links.tsx'
import { tell } from '../../shell/toasts.ts'

interface AccessOffProps {
  /** Whether named keys open the API, so that only the main key is missing. */
  hasNamedKeys: boolean
  focusOnMount: boolean
  onEnabled: (secret: string) => void
}

/** Takes the place of the main key while there is none. */
export function AccessOff({ hasNamedKeys, focusOnMount, onEnabled }: AccessOffProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const words = hasNamedKeys ? withoutMainKey : withoutAnyKey
  const enabling = useMutation({
    mutationFn: enableAccess,
    onSuccess(secret) {
      onEnabled(secret)
      tell(words.done)
    },
  })
  // Waits for the dialog that turned access off: it gives the focus back to a button that is gone.
  const focusHeading = useTimeout(() => heading.current?.focus(), 350)
  useEffect(() => {
    if (focusOnMount) focusHeading.start()
  }, [focusOnMount, focusHeading.start])
  return (
    <Card>
      <Stack align="flex-start" gap="md" maw={560}>
        <ThemeIcon size={44} variant="light" radius="md">
          <IconKey size={24} aria-hidden />
        </ThemeIcon>
        <div>
          <Title order={2} size="h4" mb={6} ref={heading} tabIndex={-1}>
            {words.title}
          </Title>
          <Text size="sm" c="dimmed">
            {words.about}
          </Text>
        </div>
        <List size="sm" spacing={6}>
          <List.Item>{words.effect} The key is here to copy at once, and later.</List.Item>
          <List.Item>Anyone who holds the key can read and change your account's data.</List.Item>
          <List.Item>
            Give it only to the people who build or run your integrations, and keep it in a secret store.
            Other members never see it.
          </List.Item>
        </List>
        <ActButton onClick={() => enabling.mutate()} loading={enabling.isPending}>
          {words.button}
        </ActButton>
        {!hasNamedKeys && (
          <Text size="sm">
            Or{' '}
            <AnchorLink to="/settings/integrations/rest-api/keys/new" inherit>
              create a key for a single integration
            </AnchorLink>
            , which can do only what that one needs.
          </Text>
        )}
      </Stack>
    </Card>
  )
}

const withoutAnyKey = {
  title: 'REST API access is off',
  about:
    "The REST API connects third-party tools, custom integrations and automated workflows to your account's data.",
  effect: 'Enabling it makes one key for your account.',
  button: 'Enable REST API access',
  done: 'REST API access is on',
}

const withoutMainKey = {
  title: 'Your account has no main key',
  about: 'The keys for single integrations work without it.',
  effect: 'You can make one that opens everything.',
  button: 'Make a main key',
  done: 'The main key is made',
}
