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
  post<unknown>('/api/auth/reset-password', { token, newPassword })

export const changePassword = (currentPassword: string, newPassword: string) =>
  post<unknown>('/api/auth/change-password', { currentPassword, newPassword, revokeOtherSessions: true })
