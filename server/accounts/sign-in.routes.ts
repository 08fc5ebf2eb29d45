import type { FastifyInstance } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import { type Answer, ask, refuse, strings, take } from './asking-better-auth.ts'
import type { Context } from './context.ts'
import { passwordChangedLetter } from './letters.ts'
import { openSession } from './open-session.ts'
import { originOf } from './origin.ts'
import { personOf } from './person.ts'
import { auditPerson } from './person-audit.ts'
import { refuseGuessing } from './refuse-guessing.ts'
import { whoseLink } from './reset.ts'
import { challengeCookie } from './second-factor.ts'
import { requirePasswordSignIn, waysIn } from './ways-in.ts'

/** The endpoints of better-auth that the app uses; the others are not reachable. */
export function signInRoutes(app: FastifyInstance, context: Context): void {
  const { engine, signIn, attempts, mail, publicUrl } = context

  app.post('/auth/sign-in/email', async (request, reply) => {
    requirePasswordSignIn(context)
    const { email, password } = strings(request.body, ['email', 'password'])
    await refuseGuessing(attempts, email, request.ip)
    const before = await personOf(signIn, request.headers)
    const answer = await ask(context, request, { path: '/sign-in/email', body: { email, password } })
    if (!answer.ok) {
      const known = answer.status === 401 ? await identityByEmail(email) : null
      if (known) await auditPerson(context, known.id, 'user.sign_in_failed', originOf(request))
      return refuse(reply, answer)
    }
    await attempts.forget(email, request.ip)
    if (isHalfWay(answer)) {
      // Whoever only confirms that it is them keeps their session until the second step is done.
      const cookies = answer.cookies.filter((cookie) => challengeCookie(cookie, publicUrl))
      return take(reply, { ...answer, cookies }, { second_step: true })
    }
    // The cookie is replaced, so nobody could ever end the session that it held.
    if (before) await engine.writer.deleteFrom('sessions').where('id', '=', before.sessionId).execute()
    const { user } = answer.body as { user: { id: string; name: string; email: string } }
    await auditPerson(context, user.id, 'user.signed_in', originOf(request))
    return take(reply, answer, { user: { id: user.id, name: user.name, email: user.email } })
  })

  app.post('/auth/sign-out', async (request, reply) => {
    const person = await personOf(signIn, request.headers)
    const answer = await ask(context, request, { path: '/sign-out', body: {} })
    if (!answer.ok) return refuse(reply, answer)
    if (person) await auditPerson(context, person.id, 'user.signed_out', originOf(request))
    return take(reply, answer, { success: true })
  })

  app.post('/auth/request-password-reset', async (request, reply) => {
    requirePasswordSignIn(context)
    const { email } = strings(request.body, ['email'])
    const answer = await ask(context, request, { path: '/request-password-reset', body: { email } })
    if (!answer.ok) return refuse(reply, answer)
    mail.deliverSoon()
    return take(reply, answer, { status: true })
  })

  app.post('/auth/reset-password', async (request, reply) => {
    const { newPassword, token } = strings(request.body, ['newPassword', 'token'])
    const asked = tokenShape.test(token) ? token : 'unknown'
    const userId = await whoseLink(signIn, asked)
    const answer = await ask(context, request, {
      path: '/reset-password',
      body: { newPassword, token: asked },
    })
    if (!answer.ok) return refuse(reply, answer)
    // Where passwords are refused, such a link came from the command line: it is the operator's way back in.
    const signsIn = !waysIn(context).password && userId !== null
    if (signsIn) await openSession(context, request, reply, { userId, by: 'link of the operator' })
    return take(reply, answer, { status: true, signed_in: signsIn })
  })

  app.post('/auth/change-password', async (request, reply) => {
    requirePasswordSignIn(context)
    const { currentPassword, newPassword } = strings(request.body, ['currentPassword', 'newPassword'])
    const person = await personOf(signIn, request.headers)
    if (!person) throw new ApiError('sign_in_required', 'Sign in first.')
    await refuseGuessing(attempts, person.email, request.ip)
    const body = { currentPassword, newPassword, revokeOtherSessions: true }
    const answer = await ask(context, request, { path: '/change-password', body })
    if (!answer.ok) return refuse(reply, answer)
    await attempts.forget(person.email, request.ip)
    await auditPerson(context, person.id, 'user.password_changed', originOf(request))
    const letter = passwordChangedLetter({ to: person.email, name: person.name, publicUrl })
    await engine.transaction((tx) => mail.enqueue(tx, letter))
    mail.deliverSoon()
    return take(reply, answer, { user: { id: person.id, name: person.name, email: person.email } })
  })

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

/** The password was right, and a second factor is asked for. */
function isHalfWay({ body }: Answer): boolean {
  return typeof body === 'object' && body !== null && 'twoFactorRedirect' in body
}
