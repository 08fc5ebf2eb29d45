import { Alert, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconPlayerPause } from '@tabler/icons-react'
import type { Webhook } from '../../api/webhooks.ts'
import { formatDateTime } from '../../format/times.ts'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { SwitchStatus } from './switch-status.tsx'
import { stateOf } from './webhook-status.tsx'

/** Why nothing arrives at a webhook, and what to do about it. */
export function Trouble({ webhook }: { webhook: Webhook }) {
  const zone = useSignedIn().account.time_zone
  const state = stateOf(webhook)
  if (state === 'disabled') {
    return (
      <Alert color="red" title="Latchkey has disabled this webhook" icon={<IconAlertTriangle aria-hidden />}>
        <Stack gap="sm" align="flex-start">
          <Text size="sm">
            {webhook.disabled_at && `${formatDateTime(webhook.disabled_at, zone)}: `}
            {webhook.disabled_reason}
          </Text>
          <Text size="sm">
            Nothing is sent to it, and what happens now is not kept for it. Once the program works again,
            enable the webhook, and then redeliver what it missed.
          </Text>
          <SwitchStatus webhook={webhook} to="active" verb="Enable again" done="Webhook enabled" />
        </Stack>
      </Alert>
    )
  }
  if (state === 'paused') {
    return (
      <Alert color="gray" title="This webhook is paused" icon={<IconPlayerPause aria-hidden />}>
        <Stack gap="sm" align="flex-start">
          <Text size="sm">
            What happens is kept for 42 days, and goes out in its order once the webhook is resumed.
          </Text>
          <SwitchStatus webhook={webhook} to="active" verb="Resume" done="Webhook resumed" />
        </Stack>
      </Alert>
    )
  }
  if (state === 'failing') {
    return (
      <Alert color="orange" title="Deliveries fail" icon={<IconAlertTriangle aria-hidden />}>
        <Text size="sm">
          Nothing has arrived since {webhook.failing_since && formatDateTime(webhook.failing_since, zone)}.
          Latchkey tries again, and disables the webhook once that has lasted for three days. The deliveries
          say why.
        </Text>
      </Alert>
    )
  }
  return null
}
