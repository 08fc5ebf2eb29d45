import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { get } from './client.ts'

export interface AuditEntry {
  id: string
  created_at: string
  action: string
  /** The act in words. */
  summary: string
  user: { id: string; name: string; email: string } | null
  subject: { id: string; name: string | null } | null
  details: Record<string, unknown>
  address: string | null
  user_agent: string | null
  request_id: string | null
}

/** What the page shows only of; times are ISO 8601 with seconds. */
export interface AuditFilter {
  kind?: string | undefined
  userId?: string | undefined
  from?: string | undefined
  before?: string | undefined
}

interface AuditPage {
  data: AuditEntry[]
  meta: { next_cursor: string | null }
}

export const auditLogQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit-log', filter],
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const query = queryOf(filter)
      query.set('order_direction', 'desc')
      query.set('per_page', '50')
      query.set('include_total', 'false')
      query.set('cursor', pageParam)
      return get<AuditPage>(`/rest/audit_entries?${query}`)
    },
    getNextPageParam: (last) => last.meta.next_cursor,
  })

/** Everybody who is or was in the company, for their acts stay. */
export const everybodyQuery = queryOptions({
  queryKey: ['everybody'],
  queryFn: async () => {
    const path = '/rest/users?include_deleted=true&order_field=name&per_page=200'
    return (await get<{ data: { id: string; name: string }[] }>(path)).data
  },
})

/** Where the same entries come as a table for spreadsheets. */
export function auditExportUrl(filter: AuditFilter): string {
  return `/rest/export/audit_entries.csv?${queryOf(filter)}`
}

function queryOf({ kind, userId, from, before }: AuditFilter): URLSearchParams {
  const given = { kind, user_id: userId, 'created_at[gte]': from, 'created_at[lt]': before }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(given)) if (value) query.set(name, value)
  return query
}
