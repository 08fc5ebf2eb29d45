import { queryOptions } from '@tanstack/react-query'
import { get, patch, remove } from './client.ts'
import type { Role } from './session.ts'

export interface Person {
  id: string
  name: string
  email: string
  role: Role
  joined_at: string
  you: boolean
  /** For admins only. */
  two_factor?: boolean
}

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async () => (await get<{ data: Person[] }>('/api/people')).data,
})

export const changeRole = (person: { id: string; role: Role }) =>
  patch<Person>(`/api/people/${encodeURIComponent(person.id)}`, { role: person.role })

export interface OpenWork {
  deals: number
  processes: number
  tasks: number
  conversations: number
}

export const openWorkQuery = (id: string) =>
  queryOptions({
    queryKey: ['people', id, 'open-work'],
    queryFn: () => get<OpenWork>(`/api/people/${encodeURIComponent(id)}/open-work`),
    gcTime: 0,
  })

export const removePerson = (id: string, handOverTo: string | null) =>
  remove(`/api/people/${encodeURIComponent(id)}`, handOverTo ? { hand_over_to: handOverTo } : {})
