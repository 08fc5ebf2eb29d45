import { Text } from '@mantine/core'
import type { MemberRestAccess } from '../../api/rest-access.ts'
import { AskAdmins } from '../../shell/ask-admins.tsx'
import { Card } from '../../shell/card.tsx'

export function AskAnAdmin({ access }: { access: MemberRestAccess }) {
  return (
    <Card title={access.enabled ? 'REST API access is on' : 'REST API access is off'}>
      <Text size="sm">
        The REST API connects third-party tools, custom integrations and automated workflows to your account's
        data. Only account admins can manage access: they alone can see, copy and rotate the key.
      </Text>
      <AskAdmins admins={access.admins} />
    </Card>
  )
}
