import { Stack, Text } from '@mantine/core'
import type { InvitationPreview } from '../../api/invitations.ts'
import { ButtonLink } from '../../shell/links.tsx'

export function SignInFirst({ id, invitation }: { id: string; invitation: InvitationPreview }) {
  return (
    <Stack>
      <Text size="sm">
        You already have a login with this address. Sign in with it to accept the invitation.
      </Text>
      <ButtonLink to="/sign-in" search={{ next: `/invitations/${id}`, email: invitation.email }}>
        Sign in to accept
      </ButtonLink>
    </Stack>
  )
}
