import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import { ask, refuse, setCookies, strings, take } from './asking-better-auth.ts'
import type { Context } from './context.ts'
import { isRecent, requirePerson } from './guards.ts'
import { twoFactorLetter } from './letters.ts'
import { originOf } from './origin.ts'
import type { Person } from './person.ts'
import { auditPerson } from './person-audit.ts'
import { refuseGuessing } from './refuse-guessing.ts'
import { hasPassword, hasSecondFactor, readCode, recoveryCodesOf, twoFactorOf } from './second-factor.ts'
import { invalidCode, refuseCode } from './second-step.routes.ts'

/** A person's own second factor: on, off, and its recovery codes. */
export function twoFactorRoutes(app: FastifyInstance, context: Context): void {
  const { engine, signIn, attempts, usedCodes, mail, publicUrl } = context

  app.get('/two-factor', async (request) => {
    const person = await requirePerson(signIn, request)
    const { enabled, recoveryCodesLeft } = await twoFactorOf(context, person.id)
    return {
      enabled,
      recovery_codes_left: recoveryCodesLeft,
      has_password: await hasPassword(engine, person.id),
    }
  })

  /** Makes a secret, which is asked for only after a code has confirmed it. */
  app.post('/two-factor/begin', async (request, reply) => {
    const person = await requirePerson(signIn, request)
    if (await hasSecondFactor(engine, person.id)) {
      throw new ApiError('two_factor_already_on', 'Two-factor sign-in is on already.')
    }
    await requirePassword(person, request)
    const password = passwordIn(request)
    const answer = await ask(context, request, { path: '/two-factor/enable', body: { password } })
    if (!answer.ok) return refuse(reply, answer)
    const { totpURI: uri } = answer.body as { totpURI: string }
    return { uri, secret: new URL(uri).searchParams.get('secret') }
  })

  app.post('/two-factor/confirm', async (request, reply) => {
    const person = await requirePerson(signIn, request)
    if (await hasSecondFactor(engine, person.id)) {
      throw new ApiError('two_factor_already_on', 'Two-factor sign-in is on already.')
    }
    await requireCode(person, request, reply)
    await told(person, request, 'user.two_factor_enabled', 'on')
    return { recovery_codes: await recoveryCodesOf(signIn, person.id) }
  })

  app.post('/two-factor/recovery-codes', async (request, reply) => {
    const person = await requireOn(request)
    await requirePassword(person, request)
    await requireCode(person, request, reply)
    const question = { path: '/two-factor/generate-backup-codes', body: { password: passwordIn(request) } }
    const answer = await ask(context, request, question)
    if (!answer.ok) return refuse(reply, answer)
    await auditPerson(context, person.id, 'user.recovery_codes_renewed', originOf(request))
    return { recovery_codes: (answer.body as { backupCodes: string[] }).backupCodes }
  })

  app.post('/two-factor/disable', async (request, reply) => {
    const person = await requireOn(request)
    await requirePassword(person, request)
    await requireCode(person, request, reply)
    const question = { path: '/two-factor/disable', body: { password: passwordIn(request) } }
    const answer = await ask(context, request, question)
    if (!answer.ok) return refuse(reply, answer)
    await told(person, request, 'user.two_factor_disabled', 'off')
    return take(reply, answer, {})
  })

  async function requireOn(request: FastifyRequest): Promise<Person> {
    const person = await requirePerson(signIn, request)
    if (await hasSecondFactor(engine, person.id)) return person
    throw new ApiError('two_factor_not_on', 'Two-factor sign-in is off.')
  }

  /** Who has no password proves who they are by having just signed in. */
  async function requirePassword(person: Person, request: FastifyRequest): Promise<void> {
    if (!(await hasPassword(engine, person.id))) {
      if (isRecent(person.signedInAt)) return
      throw new ApiError('recent_sign_in_required', 'Sign in again to do this.')
    }
    const { password } = strings(request.body, ['password'])
    await refuseGuessing(attempts, person.email, request.ip)
    const headers = new Headers({ cookie: request.headers.cookie ?? '' })
    const { api } = await signIn()
    const isRight = await api.verifyPassword({ body: { password }, headers }).then(
      () => true,
      () => false,
    )
    if (!isRight) {
      throw new ApiError('invalid_password', 'This is not your current password.', { param: 'password' })
    }
    await attempts.forget(person.email, request.ip)
  }

  /** A right code of the app or an unused recovery code, for somebody who is signed in. */
  async function requireCode(person: Person, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { kind, code } = readCode(strings(request.body, ['code']).code)
    await refuseGuessing(attempts, `${person.id} code`, request.ip)
    if (kind === 'app' && !(await usedCodes.isFirst(person.id, code))) throw invalidCode()
    const isApp = kind === 'app'
    const path = isApp ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code'
    const body = isApp ? { code } : { code, disableSession: true }
    const answer = await ask(context, request, { path, body })
    if (!answer.ok) {
      return refuseCode(answer, async () => {
        throw invalidCode()
      })
    }
    if (kind === 'recovery') {
      await auditPerson(context, person.id, 'user.recovery_code_used', originOf(request))
    }
    setCookies(reply, answer.cookies)
    await attempts.forget(`${person.id} code`, request.ip)
  }

  async function told(
    person: Person,
    request: FastifyRequest,
    action: 'user.two_factor_enabled' | 'user.two_factor_disabled',
    state: 'on' | 'off',
  ): Promise<void> {
    await auditPerson(context, person.id, action, originOf(request))
    const letter = twoFactorLetter({ to: person.email, name: person.name, publicUrl, state, by: null })
    await engine.transaction((tx) => mail.enqueue(tx, letter))
    mail.deliverSoon()
  }
}

/** Checked before; without one, better-auth wants none. */
function passwordIn({ body }: FastifyRequest): string | undefined {
  const given = typeof body === 'object' && body !== null && 'password' in body ? body.password : undefined
  return typeof given === 'string' ? given.toWellFormed() : undefined
}
