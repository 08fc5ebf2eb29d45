import type { FastifyInstance } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import { parseId } from '../storage/ids.ts'
import type { Context } from './context.ts'
import { isFirstVisitLocal } from './first-visit.ts'
import { formOf } from './form.ts'
import { membershipOf, openAccount } from './memberships.ts'
import { originOf } from './origin.ts'
import { personOf, prolong } from './person.ts'
import { hasAccounts, openAnother, sessionBody, signInNow } from './session.body.ts'

/** Who am I, the first visit, and which of my accounts is open. */
export function sessionRoutes(app: FastifyInstance, context: Context): void {
  const { engine, config, signIn, setupCode } = context

  app.get('/session', async (request, reply) => {
    const person = await personOf(signIn, request.headers)
    if (!person) return sessionBody(context, request, null)
    for (const cookie of await prolong(signIn, request.headers)) reply.header('set-cookie', cookie)
    return sessionBody(context, request, await openAnother(context, person))
  })

  app.post('/setup', async (request, reply) => {
    if (await hasAccounts(context)) {
      throw new ApiError('already_set_up', 'This Latchkey already has its company.')
    }
    const form = formOf(request.body)
    if (!isFirstVisitLocal(request, config.publicUrl)) {
      if (!form.has('code')) {
        throw new ApiError('setup_code_required', 'Enter the code that stands in the terminal.', {
          param: 'code',
        })
      }
      setupCode.check(form.text('code', 'The code'))
    }
    const account = {
      name: form.text('company_name', 'The company name'),
      timeZone: form.timeZone('time_zone'),
      admin: {
        name: form.text('name', 'Your name'),
        email: form.email('email'),
        password: form.password('password'),
      },
    }
    form.check()
    await openAccount(context, account, { origin: originOf(request), onlyFirst: true })
    reply.code(201)
    return signInNow(context, request, reply, account.admin)
  })

  app.post('/session/account', async (request) => {
    const person = await personOf(signIn, request.headers)
    if (!person) throw new ApiError('sign_in_required', 'Sign in first.')
    const form = formOf(request.body)
    const given = form.text('account_id', 'The account')
    form.check()
    const accountId = parseId(given)
    const isMember = await engine.transaction(async (tx) => {
      if (!accountId || !(await membershipOf(tx, accountId, person.id))) return false
      await tx
        .updateTable('sessions')
        .set({ active_account_id: accountId })
        .where('id', '=', person.sessionId)
        .execute()
      await tx
        .updateTable('identities')
        .set({ last_account_id: accountId })
        .where('id', '=', person.id)
        .execute()
      return true
    })
    if (!isMember) throw new ApiError('not_found', 'You belong to no such account.', { param: 'account_id' })
    return sessionBody(context, request, { ...person, activeAccountId: accountId })
  })
}
