import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { peopleQuery } from '../../api/people.ts'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { PendingInvitations } from './pending-invitations.tsx'
import { PeopleTable } from './people-table.tsx'

export function PeoplePage() {
  const people = useQuery(peopleQuery)
  const { role, account } = useSignedIn()
  const { sandbox_of: company } = account
  const mayManage = role === 'admin' && company === null
  const [inviting, dialog] = useDisclosure(false)
  return (
    <Page
      title="People"
      crumbs={[{ label: 'Settings' }]}
      action={mayManage && <Button onClick={dialog.open}>Invite people</Button>}
    >
      {company && (
        <Text size="sm" c="dimmed">
          The people of a sandbox are those of its company, with the same roles. They are managed in{' '}
          {company.name}.
        </Text>
      )}
      <Card>
        <Loaded query={people} skeleton={<PeopleSkeleton />}>
          {(known) => <PeopleTable people={known} mayManage={mayManage} />}
        </Loaded>
      </Card>
      {mayManage && <PendingInvitations />}
      <InviteDialog opened={inviting} onClose={dialog.close} />
    </Page>
  )
}

function PeopleSkeleton() {
  return (
    <Stack gap="sm">
      {['head', 'first', 'second', 'third'].map((row) => (
        <Skeleton key={row} h={36} />
      ))}
    </Stack>
  )
}
