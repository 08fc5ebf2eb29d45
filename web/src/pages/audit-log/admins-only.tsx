import { Anchor, List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { peopleQuery } from '../../api/people.ts'
import { Card } from '../../shell/card.tsx'

export function AdminsOnly() {
  const people = useQuery(peopleQuery)
  const admins = (people.data ?? []).filter(({ role }) => role === 'admin')
  return (
    <Card title="Only account admins can read the audit log">
      <Text size="sm">It tells who signed in, and who changed keys, webhooks, people and roles.</Text>
      {admins.length > 0 && (
        <div>
          <Text size="sm" fw={600} mb={4}>
            Ask one of your account admins
          </Text>
          <List size="sm" spacing={4}>
            {admins.map(({ id, name, email }) => (
              <List.Item key={id}>
                {name},{' '}
                <Anchor href={`mailto:${email}`} inherit>
                  {email}
                </Anchor>
              </List.Item>
            ))}
          </List>
        </div>
      )}
    </Card>
  )
}
