import { Modal } from '@mantine/core'
import type { Invitation } from '../../api/invitations.ts'
import { InvitationLink } from './invitation-link.tsx'

interface HandOverDialogProps {
  invitation: Invitation | null
  onClose: () => void
}

export function HandOverDialog({ invitation, onClose }: HandOverDialogProps) {
  return (
    <Modal opened={invitation !== null} onClose={onClose} title="Hand over the link">
      {invitation && <InvitationLink invitation={invitation} onDone={onClose} />}
    </Modal>
  )
}
