import { Card } from '../../shell/card.tsx'
import { Facts } from '../../shell/facts.tsx'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { OwnPermissions } from './own-permissions.tsx'
import { Passkeys } from './passkeys.tsx'
import { Password } from './password.tsx'
import { Sessions } from './sessions.tsx'
import { TwoFactor } from './two-factor.tsx'

export function ProfilePage() {
  const { user, role, account } = useSignedIn()
  return (
    <Page title="Your profile" crumbs={[{ label: 'Settings' }]}>
      <Card>
        <Facts
          facts={[
            ['Name', user.name],
            ['E-mail', user.email],
            ['Role', `${role === 'admin' ? 'Admin' : 'Member'} of ${account.name}`],
          ]}
        />
      </Card>
      <OwnPermissions />
      <Password />
      <TwoFactor />
      <Passkeys />
      <Sessions />
    </Page>
  )
}
