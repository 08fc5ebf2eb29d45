import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import { type Person, personOf } from './person.ts'
import type { Session } from './session.ts'
import type { SignIn } from './sign-in.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** For the log: whose cookie it came with, once a guard has asked, and the account that they have open. */
    signedIn: { userId: string; accountId: string | null } | null
  }
}

/** What the guards need of the accounts: who sent these headers. */
export interface SessionSource {
  sessionOf(headers: FastifyRequest['headers']): Promise<Session | null>
}

/** For how long after a sign-in keys and people may be managed without proving again who one is. */
export const recentSignInMs = 12 * 60 * 60 * 1_000

/** @throws ApiError session_required, sign_in_required */
export async function requireSession(accounts: SessionSource, request: FastifyRequest): Promise<Session> {
  refuseKeys(request)
  const session = await accounts.sessionOf(request.headers)
  if (!session) throw new ApiError('sign_in_required', 'Sign in first.')
  request.signedIn = { userId: session.userId, accountId: session.accountId }
  return session
}

/**
 * Somebody who is signed in, whether or not they belong to an account.
 * @throws ApiError session_required, sign_in_required
 */
export async function requirePerson(signIn: SignIn, request: FastifyRequest): Promise<Person> {
  refuseKeys(request)
  const person = await personOf(signIn, request.headers)
  if (!person) throw new ApiError('sign_in_required', 'Sign in first.')
  request.signedIn = { userId: person.id, accountId: person.activeAccountId }
  return person
}

/** @throws ApiError session_required, sign_in_required, recent_sign_in_required */
export async function requireRecentPerson(signIn: SignIn, request: FastifyRequest): Promise<Person> {
  const person = await requirePerson(signIn, request)
  if (isRecent(person.signedInAt)) return person
  throw new ApiError('recent_sign_in_required', 'Sign in again to do this.')
}

/** @throws ApiError session_required, sign_in_required, admin_required */
export async function requireAdmin(accounts: SessionSource, request: FastifyRequest): Promise<Session> {
  const session = await requireSession(accounts, request)
  if (session.role !== 'admin') {
    throw new ApiError('admin_required', 'Only an admin of the account may do this.')
  }
  return session
}

/** @throws ApiError session_required, sign_in_required, admin_required, recent_sign_in_required */
export async function requireRecentAdmin(accounts: SessionSource, request: FastifyRequest): Promise<Session> {
  const session = await requireAdmin(accounts, request)
  if (!isRecent(session.signedInAt)) {
    throw new ApiError('recent_sign_in_required', 'Sign in again to do this.')
  }
  return session
}

export function isRecent(signedInAt: number): boolean {
  return Date.now() - signedInAt < recentSignInMs
}

/**
 * A key opens the REST API and nothing else, not even together with a cookie.
 * @throws ApiError session_required
 */
export function refuseKeys(request: FastifyRequest): void {
  if (request.headers.authorization === undefined) return
  throw new ApiError('session_required', 'An API key can never do this. It needs a signed-in person.')
}

/**
 * Refuses writes that a page of another site made the browser send. Browsers say where a request comes from
 * (Fetch Metadata, Origin); what says nothing is no browser of today, and must at least send JSON, which a
 * foreign form cannot. Reads pass.
 * @param publicOrigin the address people reach the server at, when it is known
 * @throws ApiError cross_site_request
 */
export function requireSameSite(request: FastifyRequest, publicOrigin: string | null): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return
  if (origin !== undefined && isOwn(origin, host, publicOrigin)) return
  const isSilent = site === undefined && origin === undefined
  if (isSilent && /^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return
  throw new ApiError('cross_site_request', 'The request did not come from a page of this server.')
}

/** Without a public address the scheme is the page's own word: a proxy in front may have ended the encryption. */
function isOwn(origin: string, host: string | undefined, publicOrigin: string | null): boolean {
  if (origin === publicOrigin) return true
  if (host === undefined || !URL.canParse(origin)) return false
  const { protocol } = new URL(origin)
  const own = `${protocol}//${host}`
  if (!URL.canParse(own) || new URL(own).origin !== origin) return false
  return publicOrigin === null || new URL(publicOrigin).host !== new URL(own).host
}
