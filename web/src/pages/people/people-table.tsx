import { Anchor, Group, Text } from '@mantine/core'
import type { Person } from '../../api/people.ts'
import { formatDate } from '../../format/times.ts'
import { useSignedIn } from '../../shell/signed-in.tsx'
import classes from '../../shell/table.module.css'
import { PersonMenu } from './person-menu.tsx'
import { RemovePerson } from './remove-person.tsx'
import { RoleMenu } from './role-menu.tsx'
import { roleNames } from './roles.ts'

/** A table; on a phone every row becomes a card. */
export function PeopleTable({ people, mayManage }: { people: Person[]; mayManage: boolean }) {
  const zone = useSignedIn().account.time_zone
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>People of this company</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">E-mail</th>
          <th scope="col">Role</th>
          {mayManage && <th scope="col">Two-factor</th>}
          <th scope="col">Joined</th>
          {mayManage && <td />}
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.id}>
            <th scope="row">
              {person.name}
              {person.you && (
                <Text span c="dimmed" size="sm">
                  {' '}
                  (you)
                </Text>
              )}
            </th>
            <td>
              <Anchor href={`mailto:${person.email}`} size="sm">
                {person.email}
              </Anchor>
            </td>
            <td>{mayManage && !person.you ? <RoleMenu person={person} /> : roleNames[person.role]}</td>
            {mayManage && (
              <td>
                <span className={classes.term}>Two-factor sign-in </span>
                {person.two_factor ? 'On' : 'Off'}
              </td>
            )}
            <td className={classes.whole}>
              <span className={classes.term}>Joined </span>
              {formatDate(person.joined_at, zone)}
            </td>
            {mayManage && (
              <td className={classes.acts}>
                {!person.you && (
                  <Group gap={4} wrap="nowrap" display="inline-flex">
                    <RemovePerson person={person} />
                    <PersonMenu person={person} />
                  </Group>
                )}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
