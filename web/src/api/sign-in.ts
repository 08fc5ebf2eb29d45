import { post } from './client.ts'

/** Whether a code is asked for besides. */
export async function signIn(email: string, password: string): Promise<{ secondStep: boolean }> {
  const answer = await post<{ second_step?: true }>('/api/auth/sign-in/email', { email, password })
  return { secondStep: answer.second_step === true }
}

export const secondStep = (code: string) => post<unknown>('/api/auth/sign-in/second-step', { code })

export const signOut = () => post<unknown>('/api/auth/sign-out')

export const askForResetLink = (email: string) =>
  post<unknown>('/api/auth/request-password-reset', { email, redirectTo: '/reset-password' })

export const resetPassword = (token: string, newPassword: string) =>
  post<{ signed_in: boolean }>('/api/auth/reset-password', { token, newPassword })

export const changePassword = (currentPassword: string, newPassword: string) =>
  post<unknown>('/api/auth/change-password', { currentPassword, newPassword, revokeOtherSessions: true })

/** A page load: it goes on to the company's provider, and comes back. */
export function companySignInPath(options: { next?: string | undefined; again?: boolean }): string {
  const query = new URLSearchParams()
  if (options.next) query.set('next', options.next)
  if (options.again) query.set('again', 'true')
  return `/api/auth/company/start?${query}`
}
