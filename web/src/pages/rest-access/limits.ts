import type { RestSettings } from '../../api/rest-access.ts'

/** The settings that the form is for. */
export type LimitSettings = Omit<RestSettings, 'strict_emulation' | 'revoke_exposed_keys'>

/** The settings as the form holds them: an empty limit is '', sites are lines of text. */
export interface LimitValues {
  requests_per_minute: number | string
  records_per_minute: number | string
  browsers: 'any' | 'none' | 'these'
  cors_origins: string
}

/** Tight enough to see how an integration behaves when it is refused. */
export const testingLimits = { requests_per_minute: 100, records_per_minute: 1000 }

const mostRequests = 1_000_000

export function valuesFrom(settings: LimitSettings): LimitValues {
  const any = settings.cors_origins.includes('*')
  const none = settings.cors_origins.length === 0
  return {
    requests_per_minute: settings.requests_per_minute,
    records_per_minute: settings.records_per_minute ?? '',
    browsers: any ? 'any' : none ? 'none' : 'these',
    cors_origins: any ? '' : settings.cors_origins.join('\n'),
  }
}

export function settingsFrom(values: LimitValues): LimitSettings {
  return {
    requests_per_minute: Number(values.requests_per_minute),
    records_per_minute: limitFrom(values.records_per_minute),
    cors_origins:
      values.browsers === 'any' ? ['*'] : values.browsers === 'none' ? [] : originsIn(values.cors_origins),
  }
}

/** There is always a budget of requests, so that one program cannot keep the server from the others. */
export function requestsProblem(value: number | string): string | null {
  const limit = limitFrom(value)
  if (limit !== null && Number.isSafeInteger(limit) && limit >= 1 && limit <= mostRequests) return null
  return `Enter a whole number from 1 to ${mostRequests.toLocaleString('en-US')}.`
}

export function recordsProblem(value: number | string): string | null {
  const limit = limitFrom(value)
  if (limit === null || (Number.isSafeInteger(limit) && limit >= 1)) return null
  return 'Enter a whole number from 1, or leave it empty for no limit.'
}

export function originsProblem(text: string): string | null {
  const origins = originsIn(text)
  if (origins.length === 0) return 'Enter at least one site, or choose “No site”.'
  const wrong = origins.find((origin) => !isOrigin(origin))
  return wrong ? `“${wrong}” is not the address of a site. Write it like https://app.example.com` : null
}

function limitFrom(value: number | string): number | null {
  return value === '' ? null : Number(value)
}

/** A slash at the end is a habit, not a mistake. */
function originsIn(text: string): string[] {
  const lines = text.split(/[\s,]+/).map((line) => line.replace(/\/$/, ''))
  return [...new Set(lines.filter((line) => line !== ''))]
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text.toLowerCase()
}
