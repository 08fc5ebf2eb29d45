import { List, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { useTimeout } from '@mantine/hooks'
import { IconKey } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { enableAccess } from '../../api/rest-access.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { tell } from '../../shell/toasts.ts'

interface AccessOffProps {
  focusOnMount: boolean
  onEnabled: (secret: string) => void
}

export function AccessOff({ focusOnMount, onEnabled }: AccessOffProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const enabling = useMutation({
    mutationFn: enableAccess,
    onSuccess(secret) {
      onEnabled(secret)
      tell('REST API access is on')
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
            REST API access is off
          </Title>
          <Text size="sm" c="dimmed">
            The REST API connects third-party tools, custom integrations and automated workflows to your
            account's data.
          </Text>
        </div>
        <List size="sm" spacing={6}>
          <List.Item>
            Enabling it makes one key for your account. The key is here to copy at once, and later.
          </List.Item>
          <List.Item>Anyone who holds the key can read and change your account's data.</List.Item>
          <List.Item>
            Give it only to the people who build or run your integrations, and keep it in a secret store.
            Other members never see it.
          </List.Item>
        </List>
        <ActButton onClick={() => enabling.mutate()} loading={enabling.isPending}>
          Enable REST API access
        </ActButton>
      </Stack>
    </Card>
  )
}
