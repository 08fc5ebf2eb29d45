import { queryOptions } from '@tanstack/react-query'
import { get, post, remove } from './client.ts'

export interface SignedInDevice {
  id: string
  user_agent: string | null
  address: string | null
  signed_in_at: string
  last_seen_at: string
  this_one: boolean
}

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async () => (await get<{ data: SignedInDevice[] }>('/api/sessions')).data,
})

export const endSession = (id: string) => remove(`/api/sessions/${encodeURIComponent(id)}`)

export const endOtherSessions = () => post<{ ended: number }>('/api/sessions/end-others')

export const endSessionsOf = (personId: string) =>
  post<{ ended: number }>(`/api/people/${encodeURIComponent(personId)}/end-sessions`)
