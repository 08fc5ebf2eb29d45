import { Alert, Anchor, Group, List, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFlask } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { updateRestSettings } from '../../api/rest-access.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'

const switchId = 'strict-emulation'

/** Stands on top of the page, so that nobody wonders why a program is refused. */
export function EmulationBanner() {
  return (
    <Alert
      color="yellow"
      icon={<IconFlask aria-hidden />}
      title="Strict emulation is on: the API refuses more than usual"
      // Yellow text on yellow could not be read.
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
    >
      <Text size="sm">
        Every key of this account gets 100 requests and 1,000 records a minute, and nothing that only Latchkey
        offers. This is for tests.{' '}
        <Anchor
          component="button"
          type="button"
          size="sm"
          c="inherit"
          underline="always"
          onClick={() => document.getElementById(switchId)?.focus()}
        >
          Go to the switch
        </Anchor>
      </Text>
    </Alert>
  )
}

export function EmulationCard({ isOn }: { isOn: boolean }) {
  const [opened, dialog] = useDisclosure(false)
  const switching = useMutation({
    mutationFn: (strict_emulation: boolean) => updateRestSettings({ strict_emulation }),
    onSuccess(_, wanted) {
      dialog.close()
      tell(wanted ? 'Strict emulation is on' : 'Strict emulation is off')
    },
  })
  return (
    <Card
      title="Strict emulation"
      explanation="For people who test integrations: the API answers as strictly as the one that it is compatible with."
    >
      <List size="sm" spacing={6} maw={640}>
        <List.Item>100 requests and 1,000 records a minute; a refusal says only to wait a minute.</List.Item>
        <List.Item>Only the operations and parameters known there. Others are refused or ignored.</List.Item>
        <List.Item>
          No idempotency keys, cursors, deletions, exports, batches or calls from web pages.
        </List.Item>
      </List>
      <Group>
        <ActButton
          id={switchId}
          variant="default"
          loading={switching.isPending && !opened}
          onClick={() => (isOn ? switching.mutate(false) : dialog.open())}
        >
          {isOn ? 'Turn off strict emulation' : 'Turn on strict emulation'}
        </ActButton>
      </Group>
      <Confirmation
        opened={opened}
        title="Make the API strict for every program?"
        verb="Turn on"
        pending={switching.isPending}
        onConfirm={() => switching.mutate(true)}
        onClose={dialog.close}
      >
        <List size="sm" spacing={4}>
          <List.Item>It holds for every key of this account, from the next request on.</List.Item>
          <List.Item>Programs that use what only Latchkey offers fail until it is off.</List.Item>
          <List.Item>People who are signed in, your data and your settings are not affected.</List.Item>
        </List>
      </Confirmation>
    </Card>
  )
}
