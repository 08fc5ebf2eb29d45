import { Badge } from '@mantine/core'
import { IconWebhook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type Webhook, webhooksQuery } from '../../api/webhooks.ts'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { IntegrationCard } from './integration-card.tsx'

export function WebhooksCard() {
  const isAdmin = useSignedIn().role === 'admin'
  const webhooks = useQuery({ ...webhooksQuery, enabled: isAdmin })
  return (
    <IntegrationCard
      to="/settings/integrations/webhooks"
      title="Webhooks"
      icon={IconWebhook}
      badge={webhooks.data && <HowTheyFare webhooks={webhooks.data} />}
    >
      Tell another program what happens in your account, as it happens.
    </IntegrationCard>
  )
}

/** What needs somebody comes first. */
function HowTheyFare({ webhooks }: { webhooks: Webhook[] }) {
  const count = (status: Webhook['status']) => webhooks.filter((webhook) => webhook.status === status).length
  const [words, color] =
    count('disabled') > 0
      ? [`${count('disabled')} disabled`, 'red']
      : count('active') > 0
        ? [`${count('active')} active`, 'green']
        : count('paused') > 0
          ? [`${count('paused')} paused`, 'gray']
          : ['None', 'gray']
  return (
    <Badge variant="dot" color={color} tt="none">
      {words}
    </Badge>
  )
}
