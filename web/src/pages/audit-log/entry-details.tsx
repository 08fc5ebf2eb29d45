import type { ReactNode } from 'react'
import type { AuditEntry } from '../../api/audit-log.ts'
import { Facts } from '../../shell/facts.tsx'
import { humanise } from '../record/humanise.ts'

/** All that is known of an entry. */
export function EntryDetails({ entry }: { entry: AuditEntry }) {
  const { user, subject, details, action, address, user_agent, request_id } = entry
  const noted = Object.entries(details).map(([name, value]): [string, ReactNode] => [
    humanise(name),
    value === null || value === '' ? '–' : String(value),
  ])
  const facts: [string, ReactNode][] = [
    ...noted,
    ['Done by', user ? `${user.name}, ${user.email}` : 'Latchkey'],
    ['Done to', subject ? [subject.name, subject.id].filter(Boolean).join(', ') : '–'],
    ['Action', action],
    ['Network address', address ?? '–'],
    ['Browser or program', user_agent ?? '–'],
    ['Request', request_id ?? '–'],
  ]
  return <Facts facts={facts} />
}
