import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { type Person, peopleQuery } from '../../api/people.ts'
import { permissionsQuery } from '../../api/permissions.ts'
import { AdminsOnly } from '../../shell/admins-only.tsx'
import { Card } from '../../shell/card.tsx'
import { AnchorLink } from '../../shell/links.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { type Crumb, Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { NothingToChange } from './nothing-to-change.tsx'
import { PermissionsForm } from './permissions-form.tsx'

const toPeople: Crumb[] = [{ label: 'Settings' }, { label: 'People', to: '/settings/people' }]

/** What a member may see and do, for admins. */
export function PermissionsPage() {
  const { id } = useParams({ from: '/shell/settings/people/$id/permissions' })
  const { role } = useSignedIn()
  const people = useQuery(peopleQuery)
  const person = people.data?.find((one) => one.id === id)
  return (
    <Page
      key={id}
      title={role === 'admin' && person ? `Permissions of ${person.name}` : 'Permissions'}
      crumbs={toPeople}
    >
      {role === 'admin' ? (
        <Loaded query={people} skeleton={<PermissionsSkeleton />}>
          {() => (person ? <PermissionsOf person={person} /> : <NoSuchPerson />)}
        </Loaded>
      ) : (
        <AdminsOnly
          title="Permissions are for admins"
          explanation="An admin decides what each member sees and does."
        />
      )}
    </Page>
  )
}

function PermissionsOf({ person }: { person: Person }) {
  const { account } = useSignedIn()
  const isFixed = person.you || person.role === 'admin' || account.sandbox_of !== null
  const permissions = useQuery({ ...permissionsQuery(person.id), enabled: !isFixed })
  const [round, setRound] = useState(0)
  if (isFixed) return <NothingToChange person={person} />
  return (
    <Loaded query={permissions} skeleton={<PermissionsSkeleton />}>
      {(choices) => <PermissionsForm key={round} person={person} choices={choices} onReload={reload} />}
    </Loaded>
  )

  /** The button that asked for it goes away, so the heading takes its focus. */
  async function reload() {
    const { isSuccess } = await permissions.refetch()
    if (!isSuccess) return
    setRound(round + 1)
    document.querySelector('h1')?.focus({ preventScroll: true })
  }
}

function NoSuchPerson() {
  return (
    <Card title="There is no such person">
      <Text size="sm">
        They may have been removed, or they belong to another company.{' '}
        <AnchorLink to="/settings/people" inherit underline="always">
          See all people
        </AnchorLink>
      </Text>
    </Card>
  )
}

function PermissionsSkeleton() {
  return (
    <Stack gap="lg">
      {[181, 180, 60].map((height) => (
        <Card key={height}>
          <Skeleton h={22} w={180} />
          <Skeleton h={height} />
        </Card>
      ))}
    </Stack>
  )
}
