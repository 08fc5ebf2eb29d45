import { infiniteQueryOptions } from '@tanstack/react-query'
import { get } from './client.ts'

export interface HistoryEntry {
  id: string
  occurred_at: string
  action: 'created' | 'updated' | 'deleted' | 'restored'
  actor: { kind: 'user' | 'key' | 'system'; name: string | null }
  /** By field: the values before and after. */
  changed: Record<string, { from: unknown; to: unknown }>
  /** Of deals and processes: the stage that this brought it into. */
  stage?: { name: string } | null
}

interface HistoryPage {
  data: HistoryEntry[]
  meta: { page_number: number; has_more: boolean }
}

/** What happened to a record, the newest first. */
export const historyQuery = (resource: string, id: string) =>
  infiniteQueryOptions({
    queryKey: ['records', resource, id, 'history'],
    initialPageParam: 1,
    queryFn: ({ pageParam }) =>
      get<HistoryPage>(
        `/rest/${resource}/${encodeURIComponent(id)}/history?order_direction=desc&per_page=10&page=${pageParam}`,
      ),
    getNextPageParam: ({ meta }) => (meta.has_more ? meta.page_number + 1 : null),
  })
