import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { deliveriesQuery, forgetAllButTheLog } from '../../api/deliveries.ts'
import type { Webhook } from '../../api/webhooks.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { DeliveriesTable } from './deliveries-table.tsx'
import { DeliveryFilters } from './delivery-filters.tsx'
import { deliveryFilter, type Shown } from './shown.ts'
import { useNewDeliveries } from './use-new-deliveries.ts'
import { whenToLook } from './when-to-look.ts'

interface DeliveriesProps {
  webhook: Webhook
  onRange: () => void
}

/** The log of what was sent to a webhook or waits to be sent. */
export function Deliveries({ webhook, onRange }: DeliveriesProps) {
  const shown = useSearch({ from: '/shell/settings/integrations/webhooks/$id' })
  const navigate = useNavigate({ from: '/settings/integrations/webhooks/$id' })
  const zone = useSignedIn().account.time_zone
  useNewDeliveries(webhook)
  const log = useInfiniteQuery({
    ...deliveriesQuery(webhook.id, deliveryFilter(shown, zone)),
    refetchInterval: ({ state }) =>
      webhook.status === 'active' && whenToLook(state.data?.pages.flatMap(({ data }) => data) ?? []),
  })
  const moves = log.data?.pages
    .flatMap(({ data }) => data.map(({ id, status, attempts_count }) => id + status + attempts_count))
    .join()
  useEffect(() => {
    // What becomes of a delivery changes how its webhook fares, and what its details tell.
    if (moves) forgetAllButTheLog(webhook.id)
  }, [moves, webhook.id])
  return (
    <Card title="Deliveries" explanation="What was sent in the last 42 days, and what waits to be sent.">
      <DeliveryFilters shown={shown} onChange={show} />
      <Loaded query={log} skeleton={<DeliveriesSkeleton />}>
        {({ pages }) => {
          const deliveries = pages.flatMap(({ data }) => data)
          if (deliveries.length === 0) {
            return <NoDeliveries isNarrowed={Object.keys(shown).length > 0} onShowAll={() => show({})} />
          }
          return <DeliveriesTable webhook={webhook} deliveries={deliveries} />
        }}
      </Loaded>
      {log.isFetchNextPageError && (
        <Text size="sm" c="red" role="alert">
          Older deliveries could not be loaded. Try again.
        </Text>
      )}
      <Group gap="sm">
        {log.hasNextPage && (
          <ActButton variant="default" loading={log.isFetchingNextPage} onClick={() => log.fetchNextPage()}>
            Show older deliveries
          </ActButton>
        )}
        {webhook.status !== 'disabled' && (
          <Button variant="default" onClick={onRange}>
            Deliver a time range again
          </Button>
        )}
      </Group>
    </Card>
  )

  function show(next: Shown) {
    navigate({ search: next, resetScroll: false })
  }
}

function NoDeliveries({ isNarrowed, onShowAll }: { isNarrowed: boolean; onShowAll: () => void }) {
  return (
    <Stack align="flex-start" gap="sm">
      <Text size="sm">
        {isNarrowed
          ? 'No delivery matches these filters.'
          : 'Nothing has been sent yet. Send a test event, or change something that this webhook is told of.'}
      </Text>
      {isNarrowed && (
        <Button variant="default" size="xs" onClick={onShowAll}>
          Show all deliveries
        </Button>
      )}
    </Stack>
  )
}

function DeliveriesSkeleton() {
  return (
    <Stack gap="sm">
      {['head', 'first', 'second', 'third'].map((row) => (
        <Skeleton key={row} h={32} />
      ))}
    </Stack>
  )
}
