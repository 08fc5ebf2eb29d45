import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import type { Context } from './context.ts'
import { passwordChangedLetter } from './letters.ts'
import { originOf } from './origin.ts'
import { personOf } from './person.ts'
import { auditPerson } from './person-audit.ts'
import { addressHeader, requestIdHeader } from './sign-in.ts'

/** The endpoints of better-auth that the app uses; the others are not reachable. */
export function signInRoutes(app: FastifyInstance, context: Context): void {
  const { engine, signIn, attempts, mail, publicUrl } = context

  app.post('/auth/sign-in/email', async (request, reply) => {
    const { email, password } = strings(request.body, ['email', 'password'])
    await refuseGuessing(email, request)
    const before = await personOf(signIn, request.headers)
    const answer = await pass(request, '/sign-in/email', { email, password })
    if (!answer.ok) {
      const known = answer.status === 401 ? await identityByEmail(email) : null
      if (known) await auditPerson(context, known.id, 'user.sign_in_failed', originOf(request))
      return refuse(reply, answer)
    }
    await attempts.forget(email, request.ip)
    // The cookie is replaced, so nobody could ever end the session that it held.
    if (before) await engine.writer.deleteFrom('sessions').where('id', '=', before.sessionId).execute()
    const { user } = answer.body as { user: { id: string; name: string; email: string } }
    await auditPerson(context, user.id, 'user.signed_in', originOf(request))
    return take(reply, answer, { user: { id: user.id, name: user.name, email: user.email } })
  })

  app.post('/auth/sign-out', async (request, reply) => {
    const person = await personOf(signIn, request.headers)
    const answer = await pass(request, '/sign-out', {})
    if (!answer.ok) return refuse(reply, answer)
    if (person) await auditPerson(context, person.id, 'user.signed_out', originOf(request))
    return take(reply, answer, { success: true })
  })

  app.post('/auth/request-password-reset', async (request, reply) => {
    const { email } = strings(request.body, ['email'])
    const answer = await pass(request, '/request-password-reset', { email })
    if (!answer.ok) return refuse(reply, answer)
    mail.deliverSoon()
    return take(reply, answer, { status: true })
  })

  app.post('/auth/reset-password', async (request, reply) => {
    const { newPassword, token } = strings(request.body, ['newPassword', 'token'])
    const asked = tokenShape.test(token) ? token : 'unknown'
    const answer = await pass(request, '/reset-password', { newPassword, token: asked })
    return answer.ok ? take(reply, answer, { status: true }) : refuse(reply, answer)
  })

  app.post('/auth/change-password', async (request, reply) => {
    const { currentPassword, newPassword } = strings(request.body, ['currentPassword', 'newPassword'])
    const person = await personOf(signIn, request.headers)
    if (!person) throw new ApiError('sign_in_required', 'Sign in first.')
    await refuseGuessing(person.email, request)
    const body = { currentPassword, newPassword, revokeOtherSessions: true }
    const answer = await pass(request, '/change-password', body)
    if (!answer.ok) return refuse(reply, answer)
    await attempts.forget(person.email, request.ip)
    await auditPerson(context, person.id, 'user.password_changed', originOf(request))
    const letter = passwordChangedLetter({ to: person.email, name: person.name, publicUrl })
    await engine.transaction((tx) => mail.enqueue(tx, letter))
    mail.deliverSoon()
    return take(reply, answer, { user: { id: person.id, name: person.name, email: person.email } })
  })

  async function pass(request: FastifyRequest, path: string, body: object): Promise<Answer> {
    const headers = new Headers({
      'content-type': 'application/json',
      [addressHeader]: request.ip,
      [requestIdHeader]: request.id,
    })
    const { cookie, 'user-agent': userAgent } = request.headers
    if (cookie) headers.set('cookie', cookie)
    if (userAgent) headers.set('user-agent', userAgent)
    const url = `${publicUrl}/api/auth${path}`
    const response = await signIn.handler(
      new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }),
    )
    const text = await response.text()
    const cookies = response.headers.getSetCookie()
    const wait = response.headers.get('x-retry-after')
    return { ok: response.ok, status: response.status, cookies, wait, body: text ? JSON.parse(text) : null }
  }

  async function refuseGuessing(email: string, request: FastifyRequest): Promise<void> {
    const seconds = await attempts.count(email, request.ip)
    if (seconds !== null) throw throttled(String(seconds))
  }

  async function identityByEmail(email: string): Promise<{ id: string } | undefined> {
    return engine.reader
      .selectFrom('identities')
      .select('id')
      .where('email', '=', email.toLowerCase())
      .executeTakeFirst()
  }
}

/** PostgreSQL fails on a character 0 in what it is asked for; so no odd token gets that far. */
const tokenShape = /^[0-9A-Za-z]{1,100}$/

interface Answer {
  ok: boolean
  status: number
  cookies: string[]
  /** Seconds, when it is throttled. */
  wait: string | null
  body: unknown
}

/** better-auth's own answer holds the session's token, which belongs into the cookie alone. */
function take(reply: FastifyReply, answer: Answer, body: object): FastifyReply {
  for (const cookie of answer.cookies) reply.header('set-cookie', cookie)
  return reply.code(answer.status).send(body)
}

function refuse(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.status === 429) throw throttled(answer.wait ?? '60')
  if (answer.status >= 500) throw new Error(`better-auth answered ${answer.status}`)
  const { code, message } = answer.body as { code?: string; message?: string }
  return reply.code(answer.status).send({ code, message, error: message })
}

function throttled(seconds: string): ApiError {
  return new ApiError('sign_in_throttled', 'Too many attempts. Wait a little and try again.', {
    headers: { 'retry-after': seconds, 'x-retry-after': seconds },
  })
}

/** @throws ApiError when one of the fields is no text */
function strings<Field extends string>(body: unknown, fields: Field[]): Record<Field, string> {
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
