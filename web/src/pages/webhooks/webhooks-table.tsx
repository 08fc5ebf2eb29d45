import { Text } from '@mantine/core'
import type { Webhook } from '../../api/webhooks.ts'
import { formatAgo, formatDateTime } from '../../format/times.ts'
import { AnchorLink } from '../../shell/links.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import table from '../../shell/table.module.css'
import { addressOf, eventsOf, nameOf } from './naming.ts'
import { WebhookStatus } from './webhook-status.tsx'
import classes from './webhooks-table.module.css'

/** A table; on a phone every row becomes a card. */
export function WebhooksTable({ webhooks }: { webhooks: Webhook[] }) {
  return (
    <table className={table.table}>
      <caption className={table.caption}>Webhooks of this company</caption>
      <thead>
        <tr>
          <th scope="col">Webhook</th>
          <th scope="col">Events</th>
          <th scope="col">Status</th>
          <th scope="col">Last delivered</th>
        </tr>
      </thead>
      <tbody>
        {webhooks.map((webhook) => (
          <Row key={webhook.id} webhook={webhook} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ webhook }: { webhook: Webhook }) {
  const { id, target_url, event_names, last_delivered_at } = webhook
  const zone = useSignedIn().account.time_zone
  const name = nameOf(webhook)
  const address = addressOf(target_url)
  return (
    <tr className={classes.row}>
      <th scope="row">
        <AnchorLink to="/settings/integrations/webhooks/$id" params={{ id }} inherit fw={600}>
          {name}
        </AnchorLink>
        {name !== address && (
          <Text size="sm" c="dimmed">
            {address}
          </Text>
        )}
      </th>
      <td className={classes.events} title={event_names.join(', ')}>
        {eventsOf(event_names)}
      </td>
      <td>
        <WebhookStatus webhook={webhook} />
        <WhatToDo webhook={webhook} />
      </td>
      <td className={table.whole}>
        <span className={table.term}>Last delivered: </span>
        {last_delivered_at ? (
          <time dateTime={last_delivered_at} title={`${formatDateTime(last_delivered_at, zone)} (${zone})`}>
            {formatAgo(last_delivered_at, zone)}
          </time>
        ) : (
          'Not yet'
        )}
      </td>
    </tr>
  )
}

/** Where something is wrong: why, and how it goes on. */
function WhatToDo({ webhook: { status, disabled_reason, failing_since } }: { webhook: Webhook }) {
  const zone = useSignedIn().account.time_zone
  if (status === 'disabled') {
    return (
      <Text size="sm" c="dimmed" mt={4}>
        {disabled_reason} Open it to enable it again.
      </Text>
    )
  }
  if (status !== 'active' || !failing_since) return null
  return (
    <Text size="sm" c="dimmed" mt={4}>
      Since {formatDateTime(failing_since, zone)}. Open it to see why.
    </Text>
  )
}
