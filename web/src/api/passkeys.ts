import { startAuthentication, startRegistration, WebAuthnAbortService } from '@simplewebauthn/browser'
import { queryOptions } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'
import { get, patch, post, remove } from './client.ts'

export interface Passkey {
  id: string
  name: string
  created_at: string
  last_used_at: string | null
}

export interface Passkeys {
  available: boolean
  /** The one address at which they work. */
  origin: string
  data: Passkey[]
}

type CreationOptions = Parameters<typeof startRegistration>[0]['optionsJSON']
type RequestOptions = Parameters<typeof startAuthentication>[0]['optionsJSON']

export const passkeysQuery = queryOptions({
  queryKey: ['passkeys'],
  queryFn: () => get<Passkeys>('/api/passkeys'),
})

/** Lets the browser ask for the device, and keeps what it made. */
export async function addPasskey(name: string): Promise<Passkey> {
  const optionsJSON = await post<CreationOptions>('/api/passkeys/begin')
  const response = await startRegistration({ optionsJSON }).catch(explain)
  return post<Passkey>('/api/passkeys', { name, response })
}

export const renamePasskey = (id: string, name: string) =>
  patch<Passkey>(`/api/passkeys/${encodeURIComponent(id)}`, { name })

export const removePasskey = (id: string) => remove(`/api/passkeys/${encodeURIComponent(id)}`)

/** @param options.offered among what the browser fills in, until the person chooses it */
export async function signInByPasskey(options: { offered?: boolean } = {}): Promise<void> {
  const optionsJSON = await post<RequestOptions>('/api/auth/passkey/begin')
  const response = await startAuthentication({
    optionsJSON,
    useBrowserAutofill: options.offered === true,
    verifyBrowserAutofillInput: false,
  }).catch(explain)
  await post<unknown>('/api/auth/passkey', { response })
}

/** Shows, by a passkey of the person who is signed in, that it is still them. */
export async function confirmByPasskey(): Promise<void> {
  const optionsJSON = await post<RequestOptions>('/api/passkeys/confirm/begin')
  const response = await startAuthentication({ optionsJSON }).catch(explain)
  await post<unknown>('/api/passkeys/confirm', { response })
}

/** Ends what the browser still offers. */
export const stopOffering = () => WebAuthnAbortService.cancelCeremony()

function explain(error: unknown): never {
  const name = error instanceof Error ? error.name : ''
  throw new ApiError({
    status: 0,
    code: 'passkey_failed',
    message: sentences[name] ?? sentences.NotAllowedError ?? '',
  })
}

const sentences: Record<string, string> = {
  NotAllowedError: 'The browser got no passkey. Try again, or use another way.',
  InvalidStateError: 'This device has a passkey for Latchkey already.',
  NotSupportedError: 'This device makes no passkeys that Latchkey can use.',
  SecurityError: 'Passkeys do not work at this address.',
}
