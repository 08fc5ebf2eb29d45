import { Anchor, List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { peopleQuery } from '../api/people.ts'
import { Card } from './card.tsx'

interface AdminsOnlyProps {
  /** What only they can do. */
  title: string
  /** What it is that others do not see. */
  explanation: string
}

/** Takes the place of a page that is not for this person, and says whom to ask. */
export function AdminsOnly({ title, explanation }: AdminsOnlyProps) {
  const people = useQuery(peopleQuery)
  const admins = (people.data ?? []).filter(({ role }) => role === 'admin')
  return (
    <Card title={title}>
      <Text size="sm">{explanation}</Text>
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
