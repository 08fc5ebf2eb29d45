import { Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type Person, peopleQuery } from '../../api/people.ts'
import { queryClient } from '../../api/query-client.ts'
import { resetTwoFactorOf } from '../../api/two-factor.ts'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'

interface ResetTwoFactorProps {
  person: Person
  opened: boolean
  onClose: () => void
}

export function ResetTwoFactor({ person, opened, onClose }: ResetTwoFactorProps) {
  const resetting = useMutation({
    mutationFn: () => resetTwoFactorOf(person.id),
    onSuccess() {
      onClose()
      queryClient.invalidateQueries({ queryKey: peopleQuery.queryKey })
      tell(`Two-factor sign-in of ${person.name} is off`)
    },
  })
  return (
    <Confirmation
      opened={opened}
      title={`Turn off two-factor sign-in of ${person.name}?`}
      verb="Turn off"
      pending={resetting.isPending}
      onConfirm={() => resetting.mutate()}
      onClose={onClose}
    >
      <Text size="sm">
        Do this when {person.name} lost their phone and their recovery codes, and you are sure that it is them
        who asks. Their password alone signs them in until they turn it on again. They are told by mail.
      </Text>
    </Confirmation>
  )
}
