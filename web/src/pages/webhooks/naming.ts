import type { Webhook } from '../../api/webhooks.ts'

/** What a webhook is called: what somebody wrote it is for, or else where it goes. */
export function nameOf({ description, target_url }: Pick<Webhook, 'description' | 'target_url'>): string {
  const [line = ''] = description.trim().split('\n')
  if (line !== '') return line.length > longest ? `${line.slice(0, longest - 1).trimEnd()}…` : line
  return addressOf(target_url)
}

/** The address without its query, which may hold a token. */
export function addressOf(target: string): string {
  if (!URL.canParse(target)) return target
  const { origin, pathname } = new URL(target)
  return pathname === '/' ? origin : `${origin}${pathname}`
}

/** "All events", "deal.created", "deal.created and 3 more". */
export function eventsOf(names: readonly string[]): string {
  if (names.includes('*')) return 'All events'
  const [first = ''] = names
  return names.length === 1 ? first : `${first} and ${names.length - 1} more`
}

const longest = 80
