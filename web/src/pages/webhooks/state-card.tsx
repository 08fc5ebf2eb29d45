import { Alert, Group, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { placesQuery } from '../../api/choices.ts'
import { changeWebhook, type Webhook } from '../../api/webhooks.ts'
import { formatDateTime } from '../../format/times.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { Facts } from '../../shell/facts.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { tell } from '../../shell/toasts.ts'
import { DeleteWebhook } from './delete-webhook.tsx'
import { filterFacts } from './filter-facts.ts'
import { WebhookStatus } from './webhook-status.tsx'

interface StateCardProps {
  webhook: Webhook
  /** It is active again, after it had been disabled; failing since then, in ISO 8601. */
  onEnabled: (since: string) => void
}

/** What a webhook does, how it fares, and what can be done about it. */
export function StateCard({ webhook, onEnabled }: StateCardProps) {
  const zone = useSignedIn().account.time_zone
  const places = useQuery(placesQuery)
  const { target_url, description, event_names, created_by, created_at, last_delivered_at } = webhook
  const facts: [string, ReactNode][] = [
    ['Status', <WebhookStatus key="status" webhook={webhook} />],
    ['Address', target_url],
    ...(description ? [['What it is for', description] satisfies [string, ReactNode]] : []),
    ['Events', event_names.includes('*') ? 'All events' : event_names.join(', ')],
    ...filterFacts(webhook.filters, places.data),
    ['Last delivered', last_delivered_at ? formatDateTime(last_delivered_at, zone) : 'Not yet'],
    ['Created', `${formatDateTime(created_at, zone)}${created_by ? ` by ${created_by.name}` : ''}`],
  ]
  return (
    <Card title="Receiver">
      <Trouble webhook={webhook} />
      <Facts facts={facts} />
      <Group gap="sm" justify="space-between">
        <StatusButton webhook={webhook} onEnabled={onEnabled} />
        <DeleteWebhook webhook={webhook} />
      </Group>
    </Card>
  )
}

/** Why nothing arrives, and what to do. */
function Trouble({ webhook: { status, disabled_reason, disabled_at, failing_since } }: { webhook: Webhook }) {
  const zone = useSignedIn().account.time_zone
  if (status === 'disabled') {
    return (
      <Alert color="red" title={`Disabled${disabled_at ? ` on ${formatDateTime(disabled_at, zone)}` : ''}`}>
        <Text size="sm">
          {disabled_reason} Nothing is sent or kept for it. Once the receiver works again, enable the webhook;
          then you can have what it missed delivered.
        </Text>
      </Alert>
    )
  }
  if (status === 'paused') {
    return (
      <Alert color="gray" title="Paused">
        <Text size="sm">
          What happens is kept, for 42 days at most, and goes out in order once you resume it.
        </Text>
      </Alert>
    )
  }
  if (!failing_since) return null
  return (
    <Alert color="orange" title={`Every delivery has failed since ${formatDateTime(failing_since, zone)}`}>
      <Text size="sm">
        Latchkey goes on trying. After three days it disables the webhook. The deliveries below tell what the
        receiver answered.
      </Text>
    </Alert>
  )
}

const acts = {
  active: { verb: 'Pause', next: 'paused', told: 'Webhook paused. Events wait until you resume it.' },
  paused: { verb: 'Resume', next: 'active', told: 'Webhook resumed. What waited goes out now.' },
  disabled: { verb: 'Enable again', next: 'active', told: 'Webhook enabled' },
} as const

function StatusButton({ webhook, onEnabled }: StateCardProps) {
  const { verb } = acts[webhook.status]
  const changing = useMutation({
    mutationFn: ({ id, status }: Webhook) => changeWebhook(id, { status: acts[status].next }),
    // By then the page knows the new status, so what it was before comes along.
    onSuccess(_, { status, failing_since, disabled_at }) {
      tell(acts[status].told)
      const since = failing_since ?? disabled_at
      if (status === 'disabled' && since) onEnabled(since)
    },
  })
  return (
    <ActButton
      variant={webhook.status === 'active' ? 'default' : 'filled'}
      loading={changing.isPending}
      onClick={() => changing.mutate(webhook)}
    >
      {verb}
    </ActButton>
  )
}
