import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { peopleQuery } from '../api/people.ts'
import { AskAdmins } from './ask-admins.tsx'
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
      <AskAdmins admins={admins} />
    </Card>
  )
}
