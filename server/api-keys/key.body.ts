import { parseScope, type Scope, withoutRead } from '../access/scopes.ts'
import { ApiError, errorOf, type Problem } from '../errors/api-error.ts'
import { readOnlyAreas } from '../resource-layer/access.ts'
import { parseId } from '../storage/ids.ts'
import { mostRequests, Refusal } from './access-settings.body.ts'
import { normalAddress } from './allowed-addresses.ts'
import type { KeyLimits } from './key.ts'
import { holdsKey } from './key-format.ts'

/** What a body says of a key: what is right in it, and everything that is wrong. */
export interface KeyBody {
  fields: KeyFields
  problems: Problem[]
}

/** What a body leaves out stays as it is, or for a new key is without limit. */
export type KeyFields = Partial<KeyLimits> & { name?: string }

/** Of a new key: its name and its scopes are for the admin to choose. @throws ApiError invalid_body */
export function parseNewKey(body: unknown, at: number): KeyBody {
  const parsed = parseKeyChange(body, at)
  for (const field of ['name', 'scopes'] as const) {
    const isSaid = isObject(body) && body[field] !== undefined
    if (!isSaid) parsed.problems.push({ code: 'missing_field', param: field, message: `${field} is missing` })
  }
  return parsed
}

/** @throws ApiError invalid_body */
export function parseKeyChange(body: unknown, at: number): KeyBody {
  if (!isObject(body)) throw new ApiError('invalid_body', 'Send an object with the fields of a key.')
  const fields: KeyFields = {}
  const problems: Problem[] = []
  for (const [field, value] of Object.entries(body)) {
    try {
      const read = Object.hasOwn(readers, field) ? readers[field] : undefined
      if (!read) throw new Refusal('is no field of a key')
      Object.assign(fields, read(value, at))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      problems.push({ code: 'invalid_field', param: field, message: `${field} ${error.message}` })
    }
  }
  return { fields, problems }
}

/** For how many seconds the key before a rotation goes on working. */
const overlaps = [0, 3_600, 86_400]

/** @returns milliseconds @throws ApiError invalid_body, invalid_field */
export function parseOverlap(body: unknown): number {
  if (body === undefined || body === null) return 0
  if (!isObject(body)) throw new ApiError('invalid_body', 'Send an object with previous_key_works_for.')
  const { previous_key_works_for: seconds = 0, ...others } = body
  const problems = Object.keys(others).map((param) => invalid(param, 'is no field of a rotation'))
  const isOffered = overlaps.some((offered) => offered === seconds)
  if (!isOffered) problems.push(invalid('previous_key_works_for', `must be one of ${overlaps.join(', ')}`))
  const [first, ...rest] = problems
  if (first) throw errorOf([first, ...rest])
  return Number(seconds) * 1_000
}

const longestName = 80
const mostAddresses = 100
const mostPlaces = 1_000

const readers: Record<string, (value: unknown, at: number) => KeyFields> = {
  name: (value) => ({ name: name(value) }),
  scopes: (value) => ({ scopes: scopes(value) }),
  pipeline_ids: (value) => ({ pipelineIds: ids(value) }),
  process_type_ids: (value) => ({ processTypeIds: ids(value) }),
  expires_at: (value, at) => ({ expiresAt: value === null ? null : laterTime(value, at) }),
  allowed_addresses: (value) => ({ allowedAddresses: addresses(value) }),
  requests_per_minute: (value) => ({ requestsPerMinute: value === null ? null : requests(value) }),
}

function name(value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : ''
  const length = [...text].length
  if (length === 0 || length > longestName) throw new Refusal(`must be 1 to ${longestName} characters`)
  if (holdsKey(text)) throw new Refusal('must not hold a key: names are readable')
  // It stands in the subject of mails and in lists, where it must be one line of what is seen.
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text))
    throw new Refusal('holds a character that cannot be shown')
  return text
}

function scopes(value: unknown): Scope[] {
  if (!Array.isArray(value)) throw new Refusal('must be a list of scopes such as deals:read')
  if (value.length === 0) throw new Refusal('must hold at least one scope')
  const parsed = value.map((entry) => {
    const scope = typeof entry === 'string' ? parseScope(entry) : null
    if (!scope) throw new Refusal(`holds ${shown(entry)}, which is no scope`)
    return scope
  })
  const idle = parsed.find(isIdle)
  if (idle) throw new Refusal(`holds ${idle}, but ${idle.split(':')[0]} can only be read`)
  const lonely = withoutRead(parsed)
  if (lonely) throw new Refusal(`holds ${lonely} without ${lonely.split(':')[0]}:read`)
  return [...new Set(parsed)]
}

/** Whether it would open nothing, now or later: no key can do more than read there. */
function isIdle(scope: Scope): boolean {
  const [area, action] = scope.split(':')
  return action !== 'read' && readOnlyAreas.some((name) => name === area)
}

function ids(value: unknown): string[] | null {
  if (value === null) return null
  if (!Array.isArray(value)) throw new Refusal('must be null for all, or a list of ids')
  if (value.length > mostPlaces) throw new Refusal(`holds more than ${mostPlaces} ids`)
  const parsed = value.map((entry) => {
    const id = typeof entry === 'string' ? parseId(entry) : null
    if (!id) throw new Refusal(`holds ${shown(entry)}, which is no id`)
    return id
  })
  return [...new Set(parsed)]
}

/** With its zone said, because an end that is hours off is found out too late. */
function laterTime(value: unknown, at: number): number {
  const time = typeof value === 'string' && isoTime.test(value) ? momentOf(value) : null
  if (time === null) throw new Refusal('must be null, or a time such as 2027-03-01T00:00:00Z')
  if (time <= at) throw new Refusal('must lie in the future')
  return time
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/

/** Null for a day that the month does not have, which `Date.parse` would take for one of the next. */
function momentOf(text: string): number | null {
  try {
    return Temporal.Instant.from(text).epochMilliseconds
  } catch {
    return null
  }
}

function addresses(value: unknown): string[] {
  if (!Array.isArray(value)) throw new Refusal('must be a list of addresses, or empty for anywhere')
  if (value.length > mostAddresses) throw new Refusal(`holds more than ${mostAddresses} addresses`)
  const normal = value.map((entry) => {
    const address = typeof entry === 'string' ? normalAddress(entry) : null
    if (!address) {
      throw new Refusal(
        `holds ${shown(entry)}; an address looks like 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32`,
      )
    }
    return address
  })
  return [...new Set(normal)]
}

function requests(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= mostRequests)
    return value
  throw new Refusal(`must be null, or a whole number from 1 to ${mostRequests.toLocaleString('en-US')}`)
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? 'nothing'
}

function invalid(param: string, what: string): Problem {
  return { code: 'invalid_field', param, message: `${param} ${what}` }
}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
}
