import { ApiError, errorOf, type Problem } from '../errors/api-error.ts'

/** The settings that a PATCH names, checked and normalised; what it leaves out stays as it is. */
export interface SettingsChange {
  corsOrigins?: string[]
  requestsPerMinute?: number
  recordsPerMinute?: number | null
  strictEmulation?: boolean
  revokeExposedKeys?: boolean
}

/** @throws ApiError invalid_body, or invalid_field with one problem for every field that is wrong. */
export function parseSettingsChange(body: unknown): SettingsChange {
  if (!isObject(body)) throw new ApiError('invalid_body', 'Send an object of settings.')
  const change: SettingsChange = {}
  const problems: Problem[] = []
  const read = (field: string, take: (value: unknown) => void) => {
    const value = body[field]
    if (value === undefined) return
    try {
      take(value)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      problems.push({ code: 'invalid_field', param: field, message: `${field} ${error.message}` })
    }
  }
  read('cors_origins', (value) => {
    change.corsOrigins = origins(value)
  })
  read('requests_per_minute', (value) => {
    change.requestsPerMinute = wholeNumber(value, mostRequests)
  })
  read('records_per_minute', (value) => {
    change.recordsPerMinute = value === null ? null : wholeNumber(value, mostRecords)
  })
  read('strict_emulation', (value) => {
    change.strictEmulation = trueOrFalse(value)
  })
  read('revoke_exposed_keys', (value) => {
    change.revokeExposedKeys = trueOrFalse(value)
  })
  const [first, ...others] = problems
  if (first) throw errorOf([first, ...others])
  return change
}

export const mostRequests = 1_000_000
const mostRecords = 100_000_000
const mostOrigins = 50
const longestOrigin = 300

/** Why a field's value is refused, as the end of a sentence that begins with the field. */
export class Refusal extends Error {}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
}

function trueOrFalse(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new Refusal('must be true or false')
}

function wholeNumber(value: unknown, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new Refusal(`must be a whole number from 1 to ${most.toLocaleString('en-US')}`)
}

function origins(value: unknown): string[] {
  if (!Array.isArray(value)) throw new Refusal('must be a list of origins')
  if (value.length > mostOrigins) throw new Refusal(`holds more than ${mostOrigins} origins`)
  if (value.includes('*')) {
    if (value.length > 1) throw new Refusal('must hold either * alone or origins')
    return ['*']
  }
  return [...new Set(value.map(origin))]
}

/** An origin as browsers send it: scheme, host and a port that is not the usual one, in lower case. */
function origin(value: unknown): string {
  if (typeof value !== 'string' || value.length > longestOrigin)
    throw new Refusal('must be a list of origins')
  const text = value.trim()
  const url = URL.canParse(text) ? new URL(text) : null
  // A browser never sends a wildcard host, so one would look allowed and match nothing.
  if (!url || url.hostname.includes('*')) throw unusable(value)
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password) throw unusable(value)
  const isAllowed = url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === 'localhost')
  if (!isAllowed) throw unusable(value)
  return url.origin
}

function unusable(value: string): Refusal {
  const shown = JSON.stringify(value.slice(0, 80))
  return new Refusal(`holds ${shown}; an origin looks like https://app.example.com or http://localhost:5173`)
}
