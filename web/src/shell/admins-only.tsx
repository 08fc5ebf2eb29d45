import { Anchor, List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { peopleQuery } from '../api/people.ts'
import { Card } from './card.tsx'

/** Takes the place of what only admins may see, and says whom to ask. `title` and `text` say what it is. */
export function AdminsOnly({ title, text }: { title: string; text: string }) {
  const people = useQuery(peopleQuery)
  const admins = (people.data ?? []).filter(({ role }) => role === 'admin')
  return (
    <Card title={title}>
      <Text size="sm">{text}</Text>
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
