import type { UseFormReturnType } from '@mantine/form'
import type { Webhook, WebhookFields } from '../../api/webhooks.ts'

/** The form flat, in the order of its fields. */
export interface WebhookValues {
  target_url: string
  description: string
  events: 'all' | 'chosen'
  event_names: string[]
  pipeline_ids: string[]
  stage_ids: string[]
  process_type_ids: string[]
  tags: string[]
}

export type WebhookFormState = UseFormReturnType<WebhookValues>

/** Where the API calls a field by another name. */
export const names = {
  event_name: 'event_names',
  'filters[pipeline_ids]': 'pipeline_ids',
  'filters[stage_ids]': 'stage_ids',
  'filters[process_type_ids]': 'process_type_ids',
  'filters[tags]': 'tags',
  filters: 'pipeline_ids',
} as const

export function valuesFrom(webhook: Webhook | undefined): WebhookValues {
  const chosen = webhook?.event_names ?? []
  const all = chosen.includes('*')
  return {
    target_url: webhook?.target_url ?? '',
    description: webhook?.description ?? '',
    events: all ? 'all' : 'chosen',
    event_names: all ? [] : chosen,
    pipeline_ids: webhook?.filters.pipeline_ids ?? [],
    stage_ids: webhook?.filters.stage_ids ?? [],
    process_type_ids: webhook?.filters.process_type_ids ?? [],
    tags: webhook?.filters.tags ?? [],
  }
}

export function fieldsFrom(values: WebhookValues): WebhookFields {
  const { target_url, description, events, event_names, ...filters } = values
  return {
    target_url: target_url.trim(),
    description: description.trim(),
    event_names: events === 'all' ? ['*'] : event_names,
    filters,
  }
}
