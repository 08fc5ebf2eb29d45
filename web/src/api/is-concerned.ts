import type { LiveEvent } from './live.ts'

/** Queries by the first part of their key that show what they have of these resources. */
const concernedBy: Record<string, readonly string[]> = {
  users: ['people', 'everybody', 'session'],
}

/**
 * Whether the answer to a query may have changed with an event: this is the one place that knows it.
 * Keys of records are `['records', resource, id, …]`. A record is also concerned when it mentions the one that
 * changed, or is mentioned by it, as with the name of a contact on the page of its deal.
 */
export function isConcerned({ data }: LiveEvent, key: readonly unknown[], shown: unknown): boolean {
  const [kind, , id] = key
  if (kind !== 'records') return concernedBy[data.resource]?.includes(String(kind)) ?? false
  return id === data.record_id || mentions(data, id) || mentions(shown, data.record_id)
}

function mentions(value: unknown, id: unknown): boolean {
  return typeof id === 'string' && (JSON.stringify(value) ?? '').includes(`"${id}"`)
}
