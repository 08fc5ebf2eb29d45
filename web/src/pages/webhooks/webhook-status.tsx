import { Badge } from '@mantine/core'
import type { Webhook } from '../../api/webhooks.ts'

type State = Webhook['status'] | 'failing'

const states: Record<State, { label: string; color: string }> = {
  active: { label: 'Active', color: 'green' },
  failing: { label: 'Failing', color: 'orange' },
  paused: { label: 'Paused', color: 'gray' },
  disabled: { label: 'Disabled', color: 'red' },
}

export function WebhookStatus({ webhook }: { webhook: Webhook }) {
  const { label, color } = states[stateOf(webhook)]
  return (
    <Badge variant="dot" color={color} tt="none">
      {label}
    </Badge>
  )
}

export function stateOf({ status, failing_since: failingSince }: Webhook): State {
  return status === 'active' && failingSince ? 'failing' : status
}
