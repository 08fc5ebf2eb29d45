import type { FastifyInstance } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import { type Answer, ask, codeOf, refuseTrouble, strings, take, throttled } from './asking-better-auth.ts'
import type { Context } from './context.ts'
import { originOf } from './origin.ts'
import { personOf } from './person.ts'
import { auditPerson } from './person-audit.ts'
import { challengeCookie, challenged, readCode } from './second-factor.ts'

/** The second step of a sign-in, after the password: a code of the app, or a recovery code. */
export function secondStepRoutes(app: FastifyInstance, context: Context): void {
  const { engine, signIn, usedCodes, publicUrl } = context

  app.post('/auth/sign-in/second-step', async (request, reply) => {
    const { kind, code } = readCode(strings(request.body, ['code']).code)
    const cookie = challengeCookie(request.headers.cookie, publicUrl)
    const person = await challenged(context, cookie)
    if (!person) throw secondStepOver()
    const origin = originOf(request)
    if (kind === 'app' && !(await usedCodes.isFirst(person.id, code))) return failed(person.id)
    const before = await personOf(signIn, request.headers)
    const path = kind === 'app' ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code'
    const answer = await ask(context, request, { path, body: { code }, cookie })
    if (!answer.ok) return refuseCode(answer, () => failed(person.id))
    if (before) await engine.writer.deleteFrom('sessions').where('id', '=', before.sessionId).execute()
    if (kind === 'recovery') await auditPerson(context, person.id, 'user.recovery_code_used', origin)
    await auditPerson(context, person.id, 'user.signed_in', origin)
    return take(reply, answer, { user: person })

    async function failed(userId: string): Promise<never> {
      await auditPerson(context, userId, 'user.second_step_failed', origin)
      throw invalidCode()
    }
  })
}

/** @throws ApiError what an answer to a code means */
export async function refuseCode(answer: Answer, failed: () => Promise<never>): Promise<never> {
  const code = codeOf(answer)
  if (code === 'ACCOUNT_TEMPORARILY_LOCKED') throw throttled(String(15 * 60))
  if (code === 'INVALID_TWO_FACTOR_COOKIE' || code === 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE') {
    throw secondStepOver()
  }
  refuseTrouble(answer)
  return failed()
}

export function invalidCode(): ApiError {
  return new ApiError('invalid_code', 'This code is not right, or was used already.', { param: 'code' })
}

function secondStepOver(): ApiError {
  return new ApiError(
    'second_step_over',
    'This took too long or too many attempts. Start with your password.',
  )
}
