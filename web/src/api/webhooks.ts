import { queryOptions } from '@tanstack/react-query'
import { get, patch, post, remove } from './client.ts'
import { queryClient } from './query-client.ts'

export interface Webhook {
  id: string
  target_url: string
  description: string
  /** `deal.created`, `deal.*` or `*`. */
  event_names: string[]
  filters: WebhookFilters
  status: 'active' | 'paused' | 'disabled'
  disabled_reason: string | null
  disabled_at: string | null
  failing_since: string | null
  last_delivered_at: string | null
  created_by: { id: string; name: string } | null
  created_at: string
}

/** Lists of ids, and names of tags. An empty list lets everything through. */
export interface WebhookFilters {
  pipeline_ids: string[]
  stage_ids: string[]
  process_type_ids: string[]
  tags: string[]
}

export type WebhookFields = Pick<Webhook, 'target_url' | 'description' | 'event_names' | 'filters'>

const path = '/rest/webhook_subscriptions'

/** Every delivery changes what is known of webhooks, so they are read anew wherever they are shown. */
export const movesByItself = 0

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  staleTime: movesByItself,
  queryFn: async () =>
    (await get<{ data: Webhook[] }>(`${path}?per_page=200&order_field=created_at&order_direction=asc`)).data,
})

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', id],
    staleTime: movesByItself,
    queryFn: async () => (await get<{ data: Webhook }>(webhookPath(id))).data,
  })

/** The only answer that has the secret, so it is handed to the caller alone and not kept. */
export async function addWebhook(fields: WebhookFields): Promise<{ id: string; secret: string }> {
  const { id, secret } = (await post<{ data: Webhook & { secret: string } }>(path, fields)).data
  await forgetWebhooks()
  return { id, secret }
}

export async function changeWebhook(
  id: string,
  fields: Partial<WebhookFields> & { status?: 'active' | 'paused' },
): Promise<Webhook> {
  const { data } = await patch<{ data: Webhook }>(webhookPath(id), fields)
  queryClient.setQueryData(webhookQuery(id).queryKey, data)
  await forgetWebhooks()
  return data
}

export const deleteWebhook = (id: string) => remove(webhookPath(id))

/** Needs a recent sign-in. */
export async function revealSecret(id: string): Promise<string> {
  return (await post<{ secret: string }>(`/api/webhooks/${encodeURIComponent(id)}/secret`)).secret
}

/** Resolves with the new secret. */
export async function rotateSecret(id: string, overlapHours: number): Promise<string> {
  const fields = { overlap_hours: overlapHours }
  return (await post<{ data: { secret: string } }>(`${webhookPath(id)}/rotate_secret`, fields)).data.secret
}

/** What was read of webhooks is read anew where it is shown. */
export function forgetWebhooks(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: webhooksQuery.queryKey })
}

export const webhookPath = (id: string) => `${path}/${encodeURIComponent(id)}`
