import type { ReactNode } from 'react'
import { AdminsOnly } from '../../shell/admins-only.tsx'
import { type Crumb, Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'

export const toWebhooks: Crumb[] = [
  { label: 'Settings' },
  { label: 'Integrations', to: '/settings/integrations' },
  { label: 'Webhooks', to: '/settings/integrations/webhooks' },
]

/** Lets admins through; everybody else sees what webhooks are and whom to ask. */
export function ForAdmins({ children }: { children: ReactNode }) {
  if (useSignedIn().role === 'admin') return children
  return (
    <Page title="Webhooks" crumbs={toWebhooks.slice(0, -1)}>
      <AdminsOnly
        title="Only account admins can manage webhooks"
        explanation="A webhook tells another program what happens in your account, as it happens."
      />
    </Page>
  )
}
