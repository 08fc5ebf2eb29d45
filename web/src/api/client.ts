import { ApiError, errorFrom, unreachable } from './api-error.ts'

export interface SessionTrouble {
  /** The cookie no longer signs anybody in: leave for the sign-in page. */
  signedOut(): Promise<void>
  /** The sign-in is too old for this call: ask for the password, reject when the person gives up. */
  signInTooOld(error: ApiError): Promise<void>
}

let trouble: SessionTrouble = {
  signedOut: () => Promise.resolve(),
  signInTooOld: (error) => Promise.reject(error),
}

export function handleSessionTrouble(handlers: SessionTrouble) {
  trouble = handlers
}

export const get = <Answer>(path: string) => call<Answer>('GET', path)
export const post = <Answer>(path: string, body: object = {}) => call<Answer>('POST', path, body)
export const put = <Answer>(path: string, body: object) => call<Answer>('PUT', path, body)
export const patch = <Answer>(path: string, body: object) => call<Answer>('PATCH', path, body)
export const remove = (path: string, body: object = {}) => call<void>('DELETE', path, body)

/** 401 answers that say something about this one request and not about the session. */
const aboutTheRequest = new Set(['INVALID_EMAIL_OR_PASSWORD', 'sign_in_required'])

async function call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  try {
    return await send<Answer>(method, path, body)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.code === 'recent_sign_in_required') {
      await trouble.signInTooOld(error)
      return send<Answer>(method, path, body)
    }
    if (error.status === 401 && !aboutTheRequest.has(error.code)) await trouble.signedOut()
    throw error
  }
}

async function send<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  }).catch(() => {
    throw unreachable()
  })
  if (!response.ok) throw await errorFrom(response)
  if (response.status === 204) return undefined as Answer
  return (await response.json()) as Answer
}
