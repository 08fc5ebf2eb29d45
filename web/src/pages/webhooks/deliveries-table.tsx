import { Badge, Text, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import type { Delivery, DeliveryStatus } from '../../api/deliveries.ts'
import type { Webhook } from '../../api/webhooks.ts'
import { formatDateTime } from '../../format/times.ts'
import classes from '../../shell/log.module.css'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { DeliveryDetails } from './delivery-details.tsx'
import { formatDuration } from './reply.tsx'
import { statusWords } from './shown.ts'

interface DeliveriesTableProps {
  webhook: Webhook
  deliveries: Delivery[]
}

/** A table, newest first, whose rows open; on a phone every row becomes a card. */
export function DeliveriesTable({ webhook, deliveries }: DeliveriesTableProps) {
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>Deliveries, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Event</th>
          <th scope="col">Status</th>
          <th scope="col">When</th>
          <th scope="col">Last answer</th>
        </tr>
      </thead>
      {deliveries.map((delivery) => (
        <Row key={delivery.id} webhook={webhook} delivery={delivery} />
      ))}
    </table>
  )
}

function Row({ webhook, delivery }: { webhook: Webhook; delivery: Delivery }) {
  const zone = useSignedIn().account.time_zone
  const [isOpen, setOpen] = useState(false)
  const detailsId = `delivery-${delivery.id}`
  const { event, is_redelivery, created_at } = delivery
  return (
    <tbody>
      <tr>
        <th scope="row">
          <UnstyledButton
            className={classes.opener}
            aria-expanded={isOpen}
            aria-controls={isOpen ? detailsId : undefined}
            onClick={() => setOpen(!isOpen)}
          >
            <IconChevronRight size={16} aria-hidden className={classes.chevron} />
            <span>
              {event.type}
              {is_redelivery && (
                <Text span inherit c="dimmed" fw={400}>
                  {' '}
                  (again)
                </Text>
              )}
            </span>
          </UnstyledButton>
        </th>
        <td>
          <Badge variant="dot" color={colors[delivery.status]} tt="none">
            {statusWords[delivery.status]}
          </Badge>
        </td>
        <td className={classes.whole}>
          <time dateTime={created_at}>{formatDateTime(created_at, zone)}</time>
        </td>
        <td>{answerOf(delivery)}</td>
      </tr>
      {isOpen && (
        <tr id={detailsId} className={classes.details}>
          <td colSpan={4}>
            <DeliveryDetails webhook={webhook} delivery={delivery} />
          </td>
        </tr>
      )}
    </tbody>
  )
}

const colors: Record<DeliveryStatus, string> = {
  pending: 'orange',
  delivered: 'green',
  failed: 'red',
  canceled: 'gray',
}

/** "200 after 34 ms"; "No answer, attempt 3". */
function answerOf({ response_status, duration_ms, error, attempts_count, status }: Delivery): string {
  if (attempts_count === 0 || (response_status === null && error === null)) return '–'
  const answer = response_status === null ? 'No answer' : `${response_status}`
  const after =
    response_status !== null && duration_ms !== null ? ` after ${formatDuration(duration_ms)}` : ''
  return status === 'pending' || attempts_count > 1 ? `${answer}, attempt ${attempts_count}` : answer + after
}
