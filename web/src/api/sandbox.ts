import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { get, post } from './client.ts'
import { queryClient } from './query-client.ts'
import { sessionQuery } from './session.ts'

export interface SandboxAccess {
  may_manage: boolean
  sandbox: Sandbox | null
}

/** What a sandbox begins with. */
export type Filling = 'set_up' | 'demo' | 'empty'

export interface Sandbox {
  account_id: string
  created_at: string
  reset_at: string | null
  filled_with: Filling
  /** `unfinished` where a reset broke off. */
  state: 'ready' | 'filling' | 'unfinished'
  base_url: string
  /** For admins alone, and null where they have turned the API off. */
  key: { masked: string; last_four: string } | null
  counts: Record<string, number>
}

const whileFilling = 2_000

export const sandboxQuery = queryOptions({
  queryKey: ['sandbox'],
  queryFn: () => get<SandboxAccess>('/api/sandbox'),
  refetchInterval: ({ state }) => (state.data?.sandbox?.state === 'filling' ? whileFilling : false),
})

export async function createSandbox(fill: Filling) {
  await change('/api/sandbox', fill)
  // The account menu has one more.
  await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
}

export async function resetSandbox(fill: Filling) {
  await change('/api/sandbox/reset', fill)
}

export async function revealSandboxKey(): Promise<string> {
  return (await post<{ secret: string }>('/api/sandbox/reveal')).secret
}

/** Also after a failure: a reset that broke off has left something else than there was. */
async function change(path: string, fill: Filling) {
  try {
    queryClient.setQueryData(sandboxQuery.queryKey, await post<SandboxAccess>(path, { fill }))
  } catch (error) {
    await queryClient.invalidateQueries({ queryKey: sandboxQuery.queryKey })
    throw error
  }
}

export interface CapturedMessage {
  id: string
  created_at: string
  kind: 'email' | 'text' | 'webhook'
  from: string | null
  to: string[]
  subject: string | null
  body: string
  headers: Record<string, string>
  record: { type: string; id: string } | null
}

interface OutboxPage {
  data: CapturedMessage[]
  meta: { next_cursor: string | null }
}

/** Nothing tells of what is captured, so it is looked for while the page is open. */
const lookAgain = 5_000

export const outboxQuery = (kind: CapturedMessage['kind'] | undefined) =>
  infiniteQueryOptions({
    queryKey: ['outbox', kind],
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({ order_direction: 'desc', per_page: '50', include_total: 'false' })
      query.set('cursor', pageParam)
      if (kind) query.set('kind', kind)
      return get<OutboxPage>(`/rest/captured_messages?${query}`)
    },
    getNextPageParam: (last) => last.meta.next_cursor,
    refetchInterval: lookAgain,
  })
