import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { get, post } from './client.ts'
import { queryClient } from './query-client.ts'
import { forgetWebhooks, movesByItself, webhookPath, webhookQuery } from './webhooks.ts'

export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'canceled'

export interface Delivery {
  id: string
  event: { id: string; type: string }
  status: DeliveryStatus
  is_test: boolean
  is_redelivery: boolean
  attempts_count: number
  next_attempt_at: string | null
  response_status: number | null
  duration_ms: number | null
  error: string | null
  created_at: string
  updated_at: string
}

export interface Attempt {
  number: number
  started_at: string
  duration_ms: number
  response_status: number | null
  /** The first kilobyte of the reply. */
  response_body: string | null
  error: string | null
}

export type TestedDelivery = Delivery & { attempts: Attempt[] }
export type WholeDelivery = TestedDelivery & { payload: string }

/** What the log shows only of; times are ISO 8601 with seconds. */
export interface DeliveryFilter {
  status?: string | undefined
  type?: string | undefined
  from?: string | undefined
  before?: string | undefined
}

interface DeliveriesPage {
  data: Delivery[]
  meta: { next_cursor: string | null }
}

/** Under the key of its webhook, so that it is read anew with it. */
export const deliveriesQuery = (webhookId: string, filter: DeliveryFilter) =>
  infiniteQueryOptions({
    queryKey: ['webhooks', webhookId, 'deliveries', filter],
    staleTime: movesByItself,
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      get<DeliveriesPage>(`${webhookPath(webhookId)}/deliveries?${queryOf(filter, pageParam)}`),
    getNextPageParam: (last) => last.meta.next_cursor,
  })

export const deliveryQuery = (webhookId: string, id: string) =>
  queryOptions({
    queryKey: ['webhooks', webhookId, 'deliveries', 'whole', id],
    staleTime: movesByItself,
    queryFn: async () => {
      const flags = 'include_attempts=true&include_payload=true'
      const path = `${webhookPath(webhookId)}/deliveries/${encodeURIComponent(id)}?${flags}`
      return (await get<{ data: WholeDelivery }>(path)).data
    },
  })

/** Reads anew how a webhook fares, and the deliveries that are open. */
export function forgetAllButTheLog(webhookId: string): void {
  queryClient.invalidateQueries({ queryKey: webhookQuery(webhookId).queryKey, exact: true })
  queryClient.invalidateQueries({ queryKey: ['webhooks', webhookId, 'deliveries', 'whole'] })
}

/** Sends a test now; resolves with what came of it. */
export async function sendTest(webhookId: string): Promise<TestedDelivery> {
  const { data } = await post<{ data: TestedDelivery }>(`${webhookPath(webhookId)}/test`)
  await forgetWebhooks()
  return data
}

export async function redeliver(webhookId: string, id: string): Promise<void> {
  await post(`${webhookPath(webhookId)}/deliveries/${encodeURIComponent(id)}/redeliver`)
  await forgetWebhooks()
}

/** Delivers the events of a time again; resolves with how many. */
export async function redeliverRange(
  webhookId: string,
  range: { from: string; to: string; only_failed: boolean },
): Promise<number> {
  const { data } = await post<{ data: { deliveries_count: number } }>(
    `${webhookPath(webhookId)}/redeliver`,
    range,
  )
  await forgetWebhooks()
  return data.deliveries_count
}

function queryOf({ status, type, from, before }: DeliveryFilter, cursor: string): URLSearchParams {
  const query = new URLSearchParams({
    order_direction: 'desc',
    per_page: '25',
    include_total: 'false',
    cursor,
  })
  const given = { status, type, 'created_at[gte]': from, 'created_at[lt]': before }
  for (const [name, value] of Object.entries(given)) if (value) query.set(name, value)
  return query
}
