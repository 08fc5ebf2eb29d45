import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { type Webhook, webhookQuery } from '../../api/webhooks.ts'
import { ButtonLink } from '../../shell/links.tsx'
import { Page } from '../../shell/page.tsx'
import { Deliveries } from './deliveries.tsx'
import { ForAdmins, toWebhooks } from './for-admins.tsx'
import { FoundWebhook } from './found-webhook.tsx'
import { nameOf } from './naming.ts'
import { type Range, RedeliverRange } from './redeliver-range.tsx'
import { SecretCard } from './secret-card.tsx'
import { StateCard } from './state-card.tsx'
import { TestCard } from './test-card.tsx'

export function WebhookPage() {
  const { id } = useParams({ from: '/shell/settings/integrations/webhooks/$id' })
  return (
    <ForAdmins>
      <OneWebhook key={id} id={id} />
    </ForAdmins>
  )
}

function OneWebhook({ id }: { id: string }) {
  const webhook = useQuery(webhookQuery(id))
  return (
    <Page
      title={webhook.data ? nameOf(webhook.data) : 'Webhook'}
      crumbs={toWebhooks}
      action={
        webhook.data && (
          <ButtonLink to="/settings/integrations/webhooks/$id/edit" params={{ id }} variant="default">
            Edit webhook
          </ButtonLink>
        )
      }
    >
      <FoundWebhook query={webhook}>{(known) => <Known webhook={known} />}</FoundWebhook>
    </Page>
  )
}

function Known({ webhook }: { webhook: Webhook }) {
  const [range, setRange] = useState<Range | null>(null)
  return (
    <>
      <StateCard
        webhook={webhook}
        onEnabled={(since) => setRange({ from: since, question: 'Deliver what it missed?' })}
      />
      <TestCard webhookId={webhook.id} />
      <Deliveries webhook={webhook} onRange={() => setRange({ question: 'Deliver a time range again' })} />
      <SecretCard webhookId={webhook.id} />
      <RedeliverRange webhookId={webhook.id} range={range} onClose={() => setRange(null)} />
    </>
  )
}
