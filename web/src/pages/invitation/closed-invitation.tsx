import { Stack, Text } from '@mantine/core'
import type { InvitationPreview } from '../../api/invitations.ts'
import { ButtonLink } from '../../shell/links.tsx'

interface ClosedInvitationProps {
  state: 'accepted' | 'canceled' | 'expired' | 'not_found'
  invitation?: InvitationPreview
}

export function ClosedInvitation({ state, invitation }: ClosedInvitationProps) {
  return (
    <Stack>
      <Text>{sentences[state](invitation?.account_name ?? 'the company')}</Text>
      {state === 'accepted' ? (
        <ButtonLink to="/">Open Latchkey</ButtonLink>
      ) : (
        <ButtonLink to="/" variant="default">
          Go to the start
        </ButtonLink>
      )}
    </Stack>
  )
}

const sentences: Record<ClosedInvitationProps['state'], (company: string) => string> = {
  accepted: (company) => `This invitation to ${company} was already accepted.`,
  canceled: (company) =>
    `This invitation to ${company} was cancelled. Ask an admin there to invite you again.`,
  expired: (company) => `This invitation to ${company} has expired. Ask an admin there to send it again.`,
  not_found: () =>
    'There is no invitation at this address. Check that the whole link was copied, or ask for a new one: sending an invitation again makes the older link useless.',
}
