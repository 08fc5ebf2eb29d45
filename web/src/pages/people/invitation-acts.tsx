import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { cancelInvitation, type Invitation, invitationsQuery, sendAgain } from '../../api/invitations.ts'
import { queryClient } from '../../api/query-client.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'
import { CopyLink } from './copy-link.tsx'

interface InvitationActsProps {
  invitation: Invitation
  onNotMailed: (invitation: Invitation) => void
}

export function InvitationActs({ invitation, onNotMailed }: InvitationActsProps) {
  const [asking, dialog] = useDisclosure(false)
  const sending = useMutation({
    mutationFn: () => sendAgain(invitation.id),
    onSuccess(sent) {
      refresh()
      if (sent.mailed) tell(`Invitation sent again to ${sent.email}`)
      else onNotMailed(sent)
    },
  })
  const cancelling = useMutation({
    mutationFn: () => cancelInvitation(invitation.id),
    onSuccess() {
      dialog.close()
      refresh()
      tell(`Invitation for ${invitation.email} cancelled`)
    },
  })
  return (
    <>
      {!invitation.expired && <CopyLink link={invitation.link} />}
      <ActButton
        variant="subtle"
        size="compact-sm"
        fw={500}
        onClick={() => sending.mutate()}
        loading={sending.isPending}
        aria-label={`${againVerb(invitation)} for ${invitation.email}`}
      >
        {againVerb(invitation)}
      </ActButton>
      <Button
        variant="subtle"
        color="gray"
        c="var(--mantine-color-error)"
        size="compact-sm"
        fw={500}
        onClick={dialog.open}
        aria-label={`Cancel the invitation for ${invitation.email}`}
      >
        Cancel
      </Button>
      <Confirmation
        opened={asking}
        title="Cancel this invitation?"
        verb="Cancel invitation"
        cancel="Keep it"
        pending={cancelling.isPending}
        onConfirm={() => cancelling.mutate()}
        onClose={dialog.close}
      >
        <Text size="sm">The link that was sent to {invitation.email} stops working at once.</Text>
      </Confirmation>
    </>
  )
}

function againVerb({ expired }: Invitation): string {
  return expired ? 'Renew' : 'Send again'
}

function refresh() {
  queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey })
}
