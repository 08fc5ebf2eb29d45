import { post } from './client.ts'

export const signIn = (email: string, password: string) =>
  post<unknown>('/api/auth/sign-in/email', { email, password })

export const signOut = () => post<unknown>('/api/auth/sign-out')

export const askForResetLink = (email: string) =>
  post<unknown>('/api/auth/request-password-reset', { email, redirectTo: '/reset-password' })

export const resetPassword = (token: string, newPassword: string) =>
  post<unknown>('/api/auth/reset-password', { token, newPassword })

export const changePassword = (currentPassword: string, newPassword: string) =>
  post<unknown>('/api/auth/change-password', { currentPassword, newPassword, revokeOtherSessions: true })
