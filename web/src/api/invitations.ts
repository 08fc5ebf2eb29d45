import { queryOptions } from '@tanstack/react-query'
import { get, post, remove } from './client.ts'
import { type Role, rememberSession, type Session } from './session.ts'

export interface Invitation {
  id: string
  email: string
  role: Role
  invited_by: { name: string }
  created_at: string
  expires_at: string
  expired: boolean
  link: string
}

/** `mailed` is false when this server sends no mail: the link must be handed over by hand. */
export type SentInvitation = Invitation & { mailed: boolean }

export interface InvitationPreview {
  account_name: string
  email: string
  role: Role
  inviter_name: string
  has_login: boolean
  status: 'pending' | 'accepted' | 'canceled' | 'expired'
}

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async () => (await get<{ data: Invitation[] }>('/api/invitations')).data,
})

export const previewQuery = (id: string) =>
  queryOptions({
    queryKey: ['invitations', id, 'preview'],
    queryFn: () => get<InvitationPreview>(`${invitationPath(id)}/preview`),
  })

export const invite = (invitation: { email: string; role: Role }) =>
  post<SentInvitation>('/api/invitations', invitation)

export const sendAgain = (id: string) => post<SentInvitation>(`${invitationPath(id)}/resend`)

export const cancelInvitation = (id: string) => remove(invitationPath(id))

/** A new person gives a name and a password; somebody with a login accepts with an empty body. */
export async function acceptInvitation(id: string, newPerson?: { name: string; password: string }) {
  return rememberSession(await post<Session>(`${invitationPath(id)}/accept`, newPerson ?? {}))
}

function invitationPath(id: string): string {
  return `/api/invitations/${encodeURIComponent(id)}`
}
