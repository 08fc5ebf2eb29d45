import { queryOptions } from '@tanstack/react-query'
import { allPages } from './all-pages.ts'
import { get, patch, post, remove } from './client.ts'
import { queryClient } from './query-client.ts'

export interface WebhookFilters {
  pipeline_ids: string[]
  stage_ids: string[]
  process_type_ids: string[]
  tags: string[]
}

export interface Webhook {
  id: string
  /** `*` is every event, `deal.*` all of deals. */
  event_names: string[]
  target_url: string
  filters: WebhookFilters
  description: string
  status: 'active' | 'paused' | 'disabled'
  disabled_reason: string | null
  disabled_at: string | null
  failing_since: string | null
  last_delivered_at: string | null
  created_by: { id: string; name: string } | null
  created_at: string
}

export type WebhookFields = Pick<Webhook, 'event_names' | 'target_url' | 'filters' | 'description'>

/** What became of a test. `error` says why there was no answer. */
export interface TestOutcome {
  status: 'pending' | 'delivered' | 'failed' | 'canceled'
  attempts: {
    duration_ms: number
    response_status: number | null
    response_body: string | null
    error: string | null
  }[]
}

type Data<Answer> = { data: Answer }

const list = '/rest/webhook_subscriptions'
const place = (id: string) => `${list}/${encodeURIComponent(id)}`

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: () => allPages<Webhook>(list),
})

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', id],
    queryFn: async () => (await get<Data<Webhook>>(place(id))).data,
  })

/** The secret is handed to the caller alone: the query cache must not hold it. */
export async function createWebhook(fields: WebhookFields): Promise<{ webhook: Webhook; secret: string }> {
  const { secret, ...webhook } = (await post<Data<Webhook & { secret: string }>>(list, fields)).data
  remember(webhook)
  return { webhook, secret }
}

export async function updateWebhook(
  id: string,
  fields: Partial<WebhookFields> & { status?: 'active' | 'paused' },
): Promise<Webhook> {
  const { data } = await patch<Data<Webhook>>(place(id), fields)
  remember(data)
  return data
}

export async function deleteWebhook(id: string): Promise<void> {
  await remove(place(id))
  queryClient.removeQueries({ queryKey: webhookQuery(id).queryKey })
  queryClient.invalidateQueries({ queryKey: webhooksQuery.queryKey, exact: true })
}

export async function sendTestEvent(id: string): Promise<TestOutcome> {
  return (await post<Data<TestOutcome>>(`${place(id)}/test`)).data
}

export async function revealSecret(id: string): Promise<string> {
  return (await post<{ secret: string }>(`/api/webhooks/${encodeURIComponent(id)}/secret`)).secret
}

/** Resolves with the new secret. @param overlapHours how long the one before signs as well, 0 to 168. */
export async function rotateSecret(id: string, overlapHours: number): Promise<string> {
  const answer = await post<Data<{ secret: string }>>(`${place(id)}/rotate_secret`, {
    overlap_hours: overlapHours,
  })
  return answer.data.secret
}

function remember(webhook: Webhook) {
  queryClient.setQueryData(webhookQuery(webhook.id).queryKey, webhook)
  queryClient.invalidateQueries({ queryKey: webhooksQuery.queryKey, exact: true })
}
