import type { AuditFilter } from '../../api/audit-log.ts'
import { dayAfter, startOfDay } from '../../format/days.ts'

/** What the address of the page says of what is shown; days are those of the company's clock. */
export interface Shown {
  kind?: string
  person?: string
  from?: string
  to?: string
}

export const kindNames = {
  sign_ins: 'Sign-ins and passwords',
  people: 'People and roles',
  keys: 'REST API access',
  webhooks: 'Webhooks',
  company: 'Company',
} as const

/** What there is of a filter in the address; the rest of it is left out. */
export function filterIn(search: Record<string, unknown>): Shown {
  const { kind, person, from, to } = search
  return {
    ...(typeof kind === 'string' && Object.hasOwn(kindNames, kind) ? { kind } : {}),
    ...(typeof person === 'string' && isId.test(person) ? { person } : {}),
    ...(typeof from === 'string' && startOfDay(from, 'UTC') ? { from } : {}),
    ...(typeof to === 'string' && startOfDay(to, 'UTC') ? { to } : {}),
  }
}

/** The same as the API takes it. The last day is shown whole. */
export function auditFilter({ kind, person, from, to }: Shown, timeZone: string): AuditFilter {
  return {
    kind,
    userId: person,
    from: (from && startOfDay(from, timeZone)) || undefined,
    before: (to && startOfDay(dayAfter(to), timeZone)) || undefined,
  }
}

const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
