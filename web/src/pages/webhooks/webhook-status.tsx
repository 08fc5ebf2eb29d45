import { Badge } from '@mantine/core'
import type { Webhook } from '../../api/webhooks.ts'

/** How a webhook fares, in one word. */
export function WebhookStatus({ webhook }: { webhook: Webhook }) {
  const [word, color] = statusOf(webhook)
  return (
    <Badge variant="dot" color={color} tt="none">
      {word}
    </Badge>
  )
}

function statusOf({ status, failing_since }: Webhook): [word: string, color: string] {
  if (status === 'disabled') return ['Disabled', 'red']
  if (status === 'paused') return ['Paused', 'gray']
  return failing_since ? ['Failing', 'orange'] : ['Active', 'green']
}
