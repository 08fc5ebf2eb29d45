import { Button, Group, List, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { turnOffAccess } from '../../api/rest-access.ts'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'

export function TurnOff({ onTurnedOff }: { onTurnedOff: () => void }) {
  const [opened, dialog] = useDisclosure(false)
  const turningOff = useMutation({
    mutationFn: turnOffAccess,
    onSuccess() {
      dialog.close()
      onTurnedOff()
      tell('REST API access is off')
    },
  })
  return (
    <Group>
      <Button variant="subtle" color="gray" c="var(--mantine-color-error)" ml={-18} onClick={dialog.open}>
        Turn off REST API access
      </Button>
      <Confirmation
        opened={opened}
        title="Turn off access for every program?"
        verb="Turn off access"
        pending={turningOff.isPending}
        onConfirm={() => turningOff.mutate()}
        onClose={dialog.close}
      >
        <List size="sm" spacing={4}>
          <List.Item>The current key stops working immediately, for good.</List.Item>
          <List.Item>Every integration of this account fails from now on.</List.Item>
          <List.Item>Your data stays. Enabling access again later makes a new key.</List.Item>
        </List>
        <Text size="sm" mt="sm">
          To replace a key that may have been exposed, rotate it instead.
        </Text>
      </Confirmation>
    </Group>
  )
}
