import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../../api/session.ts'
import { twoFactorQuery } from '../../api/two-factor.ts'
import { Card } from '../../shell/card.tsx'
import { ChangePassword } from './change-password.tsx'

export function Password() {
  const ways = useQuery(sessionQuery).data?.sign_in
  const hasPassword = useQuery(twoFactorQuery).data?.has_password ?? true
  if (ways?.company && !(ways.password && hasPassword)) {
    return (
      <Card title="Password">
        <Text size="sm">You sign in with {ways.company.name}. Change your password there.</Text>
      </Card>
    )
  }
  return (
    <Card title="Password" explanation="Your other browsers and devices are signed out when you change it.">
      <ChangePassword />
    </Card>
  )
}
