import { Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { sentenceFor } from '../../api/api-error.ts'
import { acceptInvitation, type InvitationPreview } from '../../api/invitations.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'
import { tell } from '../../shell/toasts.ts'

export function AcceptAsYourself({ id, invitation }: { id: string; invitation: InvitationPreview }) {
  const navigate = useNavigate()
  const accepting = useMutation({
    mutationFn: () => acceptInvitation(id),
    meta: { shownAtForm: true },
    onSuccess() {
      tell(`Welcome to ${invitation.account_name}.`)
      navigate({ to: '/' })
    },
  })
  return (
    <Stack>
      <Text size="sm">You are signed in as {invitation.email}.</Text>
      <Failure message={accepting.error && sentenceFor(accepting.error)} />
      <ActButton onClick={() => accepting.mutate()} loading={accepting.isPending}>
        Accept invitation
      </ActButton>
    </Stack>
  )
}
