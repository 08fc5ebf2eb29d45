import type { Webhook, WebhookFields, WebhookFilters } from '../../api/webhooks.ts'

/** A webhook as its form holds it. */
export interface WebhookValues extends WebhookFilters {
  target_url: string
  description: string
  scope: 'all' | 'chosen'
  event_names: string[]
}

export function valuesOf(webhook?: Webhook): WebhookValues {
  if (!webhook) {
    const filters = { pipeline_ids: [], stage_ids: [], process_type_ids: [], tags: [] }
    return { target_url: '', description: '', scope: 'chosen', event_names: [], ...filters }
  }
  const { target_url, description, event_names: names, filters } = webhook
  const isAll = names.includes('*')
  return {
    target_url,
    description,
    scope: isAll ? 'all' : 'chosen',
    event_names: isAll ? [] : names,
    ...filters,
  }
}

export function fieldsFrom(values: WebhookValues): WebhookFields {
  const { target_url: address, description, scope, event_names: names, ...filters } = values
  return {
    target_url: address.trim(),
    description: description.trim(),
    event_names: scope === 'all' ? ['*'] : names,
    filters,
  }
}
