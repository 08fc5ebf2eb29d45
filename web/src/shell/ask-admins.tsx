import { Anchor, List, Text } from '@mantine/core'

/** Whom to ask for what only admins may do; nothing where none is known. */
export function AskAdmins({ admins }: { admins: { name: string; email: string }[] }) {
  if (admins.length === 0) return null
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        Ask one of your account admins
      </Text>
      <List size="sm" spacing={4}>
        {admins.map(({ name, email }) => (
          <List.Item key={email}>
            {name},{' '}
            <Anchor href={`mailto:${email}`} inherit>
              {email}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </div>
  )
}
