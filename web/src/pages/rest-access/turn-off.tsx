import { Button, Group, List, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { turnOffAccess } from '../../api/rest-access.ts'
import { countOf } from '../../format/lists.ts'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'

interface TurnOffProps {
  /** How many named keys there are, which go on working. */
  others: number
  onTurnedOff: () => void
}

/** Ends the main key, and with it all access, unless there are other keys. */
export function TurnOff({ others, onTurnedOff }: TurnOffProps) {
  const [opened, dialog] = useDisclosure(false)
  const words = others === 0 ? allAccess : mainKeyAlone
  const turningOff = useMutation({
    mutationFn: turnOffAccess,
    onSuccess() {
      dialog.close()
      onTurnedOff()
      tell(words.done)
    },
  })
  return (
    <Group>
      <Button variant="subtle" color="gray" c="var(--mantine-color-error)" ml={-18} onClick={dialog.open}>
        {words.button}
      </Button>
      <Confirmation
        opened={opened}
        title={words.title}
        verb={words.verb}
        pending={turningOff.isPending}
        onConfirm={() => turningOff.mutate()}
        onClose={dialog.close}
      >
        <List size="sm" spacing={4}>
          <List.Item>The current key stops working immediately, for good.</List.Item>
          <List.Item>{words.effect}</List.Item>
          {others > 0 && (
            <List.Item>
              {countOf(others, 'key')} for single integrations {others === 1 ? 'goes' : 'go'} on working.
              Revoke each that should end as well.
            </List.Item>
          )}
          <List.Item>{words.afterwards}</List.Item>
        </List>
        <Text size="sm" mt="sm">
          To replace a key that may have been exposed, rotate it instead.
        </Text>
      </Confirmation>
    </Group>
  )
}

const allAccess = {
  button: 'Turn off REST API access',
  title: 'Turn off access for every program?',
  verb: 'Turn off access',
  effect: 'Every integration of this account fails from now on.',
  afterwards: 'Your data stays. Enabling access again later makes a new key.',
  done: 'REST API access is off',
}

const mainKeyAlone = {
  button: 'Revoke the main key',
  title: 'Revoke the main key?',
  verb: 'Revoke main key',
  effect: 'Every integration that uses it fails from now on.',
  afterwards: 'Your data stays. Later you can make a new main key.',
  done: 'The main key is revoked',
}
