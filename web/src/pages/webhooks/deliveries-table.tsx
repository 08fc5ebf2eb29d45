import { Badge, Text } from '@mantine/core'
import type { Delivery, DeliveryStatus } from '../../api/deliveries.ts'
import type { Webhook } from '../../api/webhooks.ts'
import { LogRow, LogTable, TimeCell } from '../../shell/log-table.tsx'
import { DeliveryDetails } from './delivery-details.tsx'
import { formatDuration } from './reply.tsx'
import { statusWords } from './shown.ts'

interface DeliveriesTableProps {
  webhook: Webhook
  deliveries: Delivery[]
}

const columns = ['Event', 'Status', 'When', 'Last answer']

export function DeliveriesTable({ webhook, deliveries }: DeliveriesTableProps) {
  return (
    <LogTable caption="Deliveries, newest first" columns={columns}>
      {deliveries.map((delivery) => (
        <LogRow
          key={delivery.id}
          id={`delivery-${delivery.id}`}
          title={<Title delivery={delivery} />}
          columns={columns.length}
          cells={
            <>
              <td>
                <Badge variant="dot" color={colors[delivery.status]} tt="none">
                  {statusWords[delivery.status]}
                </Badge>
              </td>
              <TimeCell at={delivery.created_at} />
              <td>{answerOf(delivery)}</td>
            </>
          }
        >
          <DeliveryDetails webhook={webhook} delivery={delivery} />
        </LogRow>
      ))}
    </LogTable>
  )
}

function Title({ delivery: { event, is_redelivery } }: { delivery: Delivery }) {
  return (
    <span>
      {event.type}
      {is_redelivery && (
        <Text span inherit c="dimmed" fw={400}>
          {' '}
          (again)
        </Text>
      )}
    </span>
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
