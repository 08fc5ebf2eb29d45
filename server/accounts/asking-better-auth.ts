import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import type { Context } from './context.ts'
import { addressHeader, requestIdHeader } from './sign-in.terms.ts'

/** What an endpoint of better-auth answered. */
export interface Answer {
  ok: boolean
  status: number
  cookies: string[]
  /** Seconds, when it is throttled. */
  wait: string | null
  body: unknown
}

/**
 * Hands a request on to an endpoint of better-auth, with its throttle by address.
 * @param question.cookie the cookies to show instead of those of the request
 */
export async function ask(
  { signIn, publicUrl }: Pick<Context, 'signIn' | 'publicUrl'>,
  request: FastifyRequest,
  question: { path: string; body: object; cookie?: string | undefined },
): Promise<Answer> {
  const headers = new Headers({
    'content-type': 'application/json',
    [addressHeader]: request.ip,
    [requestIdHeader]: request.id,
  })
  const cookie = question.cookie ?? request.headers.cookie
  const userAgent = request.headers['user-agent']
  if (cookie) headers.set('cookie', cookie)
  if (userAgent) headers.set('user-agent', userAgent)
  const url = `${publicUrl}/api/auth${question.path}`
  const body = JSON.stringify(question.body)
  const response = await (await signIn()).handler(new Request(url, { method: 'POST', headers, body }))
  const text = await response.text()
  const cookies = response.headers.getSetCookie()
  const wait = response.headers.get('x-retry-after')
  return { ok: response.ok, status: response.status, cookies, wait, body: text ? JSON.parse(text) : null }
}

/** better-auth's own answer holds the session's token, which belongs into the cookie alone. */
export function take(reply: FastifyReply, answer: Answer, body: object): FastifyReply {
  return setCookies(reply, answer.cookies).code(answer.status).send(body)
}

export function setCookies(reply: FastifyReply, cookies: readonly string[]): FastifyReply {
  for (const cookie of cookies) reply.header('set-cookie', cookie)
  return reply
}

/** @throws ApiError sign_in_throttled, and an Error for what is a defect */
export function refuse(reply: FastifyReply, answer: Answer): FastifyReply {
  refuseTrouble(answer)
  const { code, message } = answer.body as { code?: string; message?: string }
  return reply.code(answer.status).send({ code, message, error: message })
}

/** @throws ApiError sign_in_throttled, and an Error for what is a defect */
export function refuseTrouble(answer: Answer): void {
  if (answer.status === 429) throw throttled(answer.wait ?? '60')
  if (answer.status >= 500) throw new Error(`better-auth answered ${answer.status}`)
}

/** The code of a refusal, such as `INVALID_PASSWORD`. */
export function codeOf({ body }: Answer): string | null {
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null
  return typeof code === 'string' ? code : null
}

export function throttled(seconds: string): ApiError {
  return new ApiError('sign_in_throttled', 'Too many attempts. Wait a little and try again.', {
    headers: { 'retry-after': seconds, 'x-retry-after': seconds },
  })
}

/** @throws ApiError when one of the fields is no text */
export function strings<Field extends string>(body: unknown, fields: Field[]): Record<Field, string> {
  const given = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const entries = fields.map((field) => {
    const value = given[field]
    if (typeof value !== 'string' || value === '') {
      throw new ApiError('missing_field', `The field ${field} is missing.`, { param: field })
    }
    return [field, value.toWellFormed()] as const
  })
  return Object.fromEntries(entries) as Record<Field, string>
}
