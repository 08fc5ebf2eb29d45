import { Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { User } from '../api/session.ts'
import { ActButton } from './act-button.tsx'
import { EntryPage } from './entry-page.tsx'
import { leave } from './leave.ts'

export function WithoutAccountPage({ user }: { user: User }) {
  const leaving = useMutation({ mutationFn: () => leave() })
  return (
    <EntryPage title="You belong to no company">
      <Text>
        You are signed in as {user.email}, but this login is no longer part of any company here. Ask an
        account admin to invite you again.
      </Text>
      <ActButton variant="default" onClick={() => leaving.mutate()} loading={leaving.isPending}>
        Sign out
      </ActButton>
    </EntryPage>
  )
}
