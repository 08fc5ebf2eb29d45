import { Badge, Group, Skeleton, Stack } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { queryClient } from '../../api/query-client.ts'
import { endOtherSessions, type SignedInDevice, sessionsQuery } from '../../api/sessions.ts'
import { deviceInWords } from '../../format/device.ts'
import { formatAgo, formatDate } from '../../format/times.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import classes from '../../shell/table.module.css'
import { tell } from '../../shell/toasts.ts'
import { EndSession } from './end-session.tsx'

/** Where the person is signed in, and the way to end what they do not know. */
export function Sessions() {
  const sessions = useQuery(sessionsQuery)
  return (
    <Card
      title="Where you are signed in"
      explanation="Sign out what you do not use any more. If you do not know one of them, change your password as well."
    >
      <Loaded query={sessions} skeleton={<SessionsSkeleton />}>
        {(known) => (
          <Stack>
            <SessionsTable sessions={known} />
            {known.length > 1 && <EndOthers />}
          </Stack>
        )}
      </Loaded>
    </Card>
  )
}

function SessionsTable({ sessions }: { sessions: SignedInDevice[] }) {
  const zone = useSignedIn().account.time_zone
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>Where you are signed in</caption>
      <thead>
        <tr>
          <th scope="col">Browser</th>
          <th scope="col">Address</th>
          <th scope="col">Signed in</th>
          <th scope="col">Last used</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <tr key={session.id}>
            <th scope="row">{deviceInWords(session.user_agent)}</th>
            <td>
              <span className={classes.term}>From </span>
              {session.address ?? 'unknown'}
            </td>
            <td className={classes.whole}>
              <span className={classes.term}>Signed in </span>
              {formatDate(session.signed_in_at, zone)}
            </td>
            <td className={classes.whole}>
              <span className={classes.term}>Last used </span>
              {session.this_one ? 'now' : formatAgo(session.last_seen_at, zone)}
            </td>
            <td className={classes.acts}>
              {session.this_one ? (
                <Badge variant="light" tt="none" fw={500} ms={{ base: 8, sm: 0 }}>
                  This browser
                </Badge>
              ) : (
                <EndSession session={session} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function EndOthers() {
  const ending = useMutation({
    mutationFn: endOtherSessions,
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey })
      tell('You are signed out everywhere else')
    },
  })
  return (
    <Group>
      <ActButton variant="default" onClick={() => ending.mutate()} loading={ending.isPending}>
        Sign out everywhere else
      </ActButton>
    </Group>
  )
}

function SessionsSkeleton() {
  return (
    <Stack gap="sm">
      <Skeleton h={36} />
      <Skeleton h={36} />
    </Stack>
  )
}
