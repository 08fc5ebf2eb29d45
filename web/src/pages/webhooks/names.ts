import type { Webhook } from '../../api/webhooks.ts'

/** What a webhook is called: by its description, or else by where it goes. */
export function nameOf({
  description,
  target_url: url,
}: Pick<Webhook, 'description' | 'target_url'>): string {
  return description.trim().split('\n')[0] || hostOf(url)
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

/** "Every event", "deal.created" or "deal.created and 3 more". */
export function eventsInWords(names: readonly string[]): string {
  if (names.includes('*')) return 'Every event'
  const [first = '', ...others] = names
  return others.length === 0 ? first : `${first} and ${others.length} more`
}

export const maskedSecret = `whsec_${'•'.repeat(20)}`
