import { Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ActButton } from '../../shell/act-button.tsx'
import { leave } from '../../shell/leave.ts'
import { ButtonLink } from '../../shell/links.tsx'

interface SomebodyElseProps {
  id: string
  signedInAs: string
  invitedEmail: string
}

export function SomebodyElse({ id, signedInAs, invitedEmail }: SomebodyElseProps) {
  const leaving = useMutation({ mutationFn: () => leave(`/invitations/${encodeURIComponent(id)}`) })
  return (
    <Stack>
      <Text size="sm">
        You are signed in as {signedInAs}, but this invitation is for {invitedEmail}. Sign out first to accept
        it as {invitedEmail}.
      </Text>
      <ActButton onClick={() => leaving.mutate()} loading={leaving.isPending}>
        Sign out and go on
      </ActButton>
      <ButtonLink to="/" variant="default">
        Stay signed in
      </ButtonLink>
    </Stack>
  )
}
