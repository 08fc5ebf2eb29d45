import type { Places } from '../../api/choices.ts'
import type { WebhookFilters } from '../../api/webhooks.ts'

/** The filters that narrow something, by the names of what they mean; ids until those are known. */
export function filterFacts(filters: WebhookFilters, places: Places | undefined): [string, string][] {
  const stages = [...(places?.stages ?? []), ...(places?.processStages ?? [])]
  const lists: [string, string[]][] = [
    ['Pipelines', namesOf(filters.pipeline_ids, places?.pipelines)],
    ['Stages', namesOf(filters.stage_ids, places && stages)],
    ['Process types', namesOf(filters.process_type_ids, places?.processTypes)],
    ['Tags', filters.tags],
  ]
  return lists
    .filter(([, names]) => names.length > 0)
    .map(([title, names]) => [`Only ${title.toLowerCase()}`, names.join(', ')])
}

function namesOf(ids: readonly string[], known: readonly { id: string; name: string }[] | undefined) {
  if (!known) return ids.map(() => '…')
  return ids.map((id) => known.find((one) => one.id === id)?.name ?? 'one that was deleted')
}
