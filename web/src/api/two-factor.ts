import { queryOptions } from '@tanstack/react-query'
import { get, post } from './client.ts'

export interface TwoFactor {
  enabled: boolean
  recovery_codes_left: number | null
  has_password: boolean
}

export interface Proof {
  password?: string
  /** Of the app, or a recovery code. */
  code: string
}

export const twoFactorQuery = queryOptions({
  queryKey: ['two-factor'],
  queryFn: () => get<TwoFactor>('/api/two-factor'),
})

export const beginTwoFactor = (password: string | undefined) =>
  post<{ uri: string; secret: string }>('/api/two-factor/begin', password ? { password } : {})

export const confirmTwoFactor = (code: string) =>
  post<{ recovery_codes: string[] }>('/api/two-factor/confirm', { code })

export const renewRecoveryCodes = (proof: Proof) =>
  post<{ recovery_codes: string[] }>('/api/two-factor/recovery-codes', proof)

export const disableTwoFactor = (proof: Proof) => post<object>('/api/two-factor/disable', proof)

export const resetTwoFactorOf = (personId: string) =>
  post<undefined>(`/api/people/${encodeURIComponent(personId)}/reset-two-factor`)
