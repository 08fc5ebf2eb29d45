import { Anchor, List, Text } from '@mantine/core'
import type { MemberRestAccess } from '../../api/rest-access.ts'
import { Card } from '../../shell/card.tsx'

export function AskAnAdmin({ access }: { access: MemberRestAccess }) {
  return (
    <Card title={access.enabled ? 'REST API access is on' : 'REST API access is off'}>
      <Text size="sm">
        The REST API connects third-party tools, custom integrations and automated workflows to your account's
        data. Only account admins can manage access: they alone can see, copy and rotate the key.
      </Text>
      {access.admins.length > 0 && (
        <div>
          <Text size="sm" fw={600} mb={4}>
            Ask one of your account admins
          </Text>
          <List size="sm" spacing={4}>
            {access.admins.map(({ name, email }) => (
              <List.Item key={email}>
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
