import { Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { Person } from '../../api/people.ts'
import { endSessionsOf } from '../../api/sessions.ts'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'

interface SignOutPersonProps {
  person: Person
  opened: boolean
  onClose: () => void
}

export function SignOutPerson({ person, opened, onClose }: SignOutPersonProps) {
  const ending = useMutation({
    mutationFn: () => endSessionsOf(person.id),
    onSuccess({ ended }) {
      onClose()
      tell(ended > 0 ? `${person.name} is signed out everywhere` : `${person.name} was signed in nowhere`)
    },
  })
  return (
    <Confirmation
      opened={opened}
      title={`Sign ${person.name} out everywhere?`}
      verb="Sign out everywhere"
      pending={ending.isPending}
      onConfirm={() => ending.mutate()}
      onClose={onClose}
    >
      <Text size="sm">
        Every browser in which {person.name} is signed in asks them to sign in again. Do this when a computer
        or phone of theirs was lost.
      </Text>
    </Confirmation>
  )
}
