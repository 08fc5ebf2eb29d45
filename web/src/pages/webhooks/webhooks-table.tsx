import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Webhook } from '../../api/webhooks.ts'
import { formatAgo } from '../../format/times.ts'
import { useSignedIn } from '../../shell/signed-in.tsx'
import classes from '../../shell/table.module.css'
import { eventsInWords, nameOf } from './names.ts'
import { WebhookStatus } from './webhook-status.tsx'

/** A table; on a phone every row becomes a card. */
export function WebhooksTable({ webhooks }: { webhooks: Webhook[] }) {
  const zone = useSignedIn().account.time_zone
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>Webhooks, newest first</caption>
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
          <tr key={webhook.id}>
            <th scope="row">
              <Link
                to="/settings/integrations/webhooks/$id"
                params={{ id: webhook.id }}
                className={classes.link}
              >
                {nameOf(webhook)}
              </Link>
              <Text size="sm" c="dimmed" className={classes.breaking}>
                {webhook.target_url}
              </Text>
            </th>
            <td className={classes.breaking}>{eventsInWords(webhook.event_names)}</td>
            <td className={classes.whole}>
              <WebhookStatus webhook={webhook} />
            </td>
            <td className={classes.whole}>
              <span className={classes.term}>Last delivered </span>
              {webhook.last_delivered_at ? formatAgo(webhook.last_delivered_at, zone) : 'never'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
