import { queryOptions } from '@tanstack/react-query'
import { get, post } from './client.ts'
import type { Permissions } from './permissions.ts'
import { queryClient } from './query-client.ts'

export type Role = 'admin' | 'member'

export interface Session {
  setup_required: boolean
  setup_code_required: boolean
  mail_enabled: boolean
  /** A mail address or an https URL. */
  support: string | null
  /** How people sign in here. */
  sign_in: WaysIn
  signed_in: SignedIn | WithoutAccount | null
}

export interface WaysIn {
  password: boolean
  passkey: boolean
  /** By the identity that the company's own provider knows. */
  company: { name: string } | null
}

export interface SignedIn {
  user: User
  account: { id: string; name: string; time_zone: string; sandbox_of: { id: string; name: string } | null }
  role: Role
  /** Null for an admin, who may do everything. */
  permissions: Permissions | null
  accounts: { id: string; name: string; role: Role }[]
  recent_sign_in: boolean
}

/** Somebody who was removed from every account. */
export interface WithoutAccount {
  user: User
  account: null
  role: null
  accounts: never[]
}

export interface User {
  id: string
  name: string
  email: string
}

export interface Setup {
  company_name: string
  time_zone: string
  name: string
  email: string
  password: string
  code?: string
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => get<Session>('/api/session'),
  staleTime: 60_000,
  gcTime: Number.POSITIVE_INFINITY,
})

export async function setUp(setup: Setup) {
  return rememberSession(await post<Session>('/api/setup', setup))
}

export async function switchAccount(accountId: string) {
  return rememberSession(await post<Session>('/api/session/account', { account_id: accountId }))
}

export function rememberSession(session: Session): Session {
  queryClient.setQueryData(sessionQuery.queryKey, session)
  return session
}
