import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { type Person, peopleQuery, removePerson } from '../../api/people.ts'
import { queryClient } from '../../api/query-client.ts'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'

export function RemovePerson({ person }: { person: Person }) {
  const [opened, dialog] = useDisclosure(false)
  const removing = useMutation({
    mutationFn: () => removePerson(person.id),
    onSuccess() {
      dialog.close()
      queryClient.invalidateQueries({ queryKey: peopleQuery.queryKey })
      tell(`${person.name} was removed`)
    },
  })
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        c="var(--mantine-color-error)"
        size="compact-sm"
        fw={500}
        onClick={dialog.open}
        aria-label={`Remove ${person.name}`}
      >
        Remove
      </Button>
      <Confirmation
        opened={opened}
        title={`Remove ${person.name}?`}
        verb="Remove"
        pending={removing.isPending}
        onConfirm={() => removing.mutate()}
        onClose={dialog.close}
      >
        <Text size="sm">
          {person.name} ({person.email}) loses access at once; their records stay. To let them in again later,
          send a new invitation.
        </Text>
      </Confirmation>
    </>
  )
}
