import { Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { setUpQuery } from '../../api/set-up.ts'
import { type Webhook, webhookQuery } from '../../api/webhooks.ts'
import { AdminsOnly } from '../../shell/admins-only.tsx'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { DeleteWebhook } from './delete-webhook.tsx'
import { onlyAdmins, webhooks } from './frame.ts'
import { nameOf } from './names.ts'
import { SecretCard } from './secret-card.tsx'
import { TestCard } from './test-card.tsx'
import { Trouble } from './trouble.tsx'
import { WebhookDetails } from './webhook-details.tsx'

export function WebhookPage() {
  const isAdmin = useSignedIn().role === 'admin'
  if (isAdmin) return <KnownWebhook />
  return (
    <Page title="Webhook" crumbs={webhooks}>
      <AdminsOnly {...onlyAdmins} />
    </Page>
  )
}

function KnownWebhook() {
  const { id } = useParams({ from: '/shell/settings/integrations/webhooks/$id' })
  const webhook = useQuery(webhookQuery(id))
  const title = webhook.data ? nameOf(webhook.data) : 'Webhook'
  return (
    <Page title={title} crumbs={webhooks}>
      <Loaded query={webhook} skeleton={<WebhookSkeleton />}>
        {(known) => <Contents webhook={known} />}
      </Loaded>
    </Page>
  )
}

function Contents({ webhook }: { webhook: Webhook }) {
  const setUp = useQuery(setUpQuery)
  return (
    <Stack gap="lg">
      <Trouble webhook={webhook} />
      <WebhookDetails webhook={webhook} setUp={setUp.data} />
      <TestCard webhook={webhook} />
      <SecretCard webhook={webhook} />
      <DeleteWebhook webhook={webhook} />
    </Stack>
  )
}

function WebhookSkeleton() {
  return (
    <Stack gap="lg">
      {[220, 90, 120].map((height) => (
        <Card key={height}>
          <Skeleton h={22} w={150} />
          <Skeleton h={height} />
        </Card>
      ))}
    </Stack>
  )
}
