import type { FastifyInstance } from 'fastify'
import { recordAudit } from '../audit/audit.ts'
import type { Context } from './context.ts'
import { formOf } from './form.ts'
import { requireAdmin, requireSession, type SessionSource } from './guards.ts'
import { writerFor } from './memberships.ts'
import { originOf } from './origin.ts'
import { requireStillAdmin } from './people.ts'
import { refuseInSandbox, renameSandbox } from './sandbox-people.ts'

const ownNameOnly = 'A sandbox is named after its company. Rename the company in its own account.'

/** The company: its name and its time zone. */
export function companyRoutes(app: FastifyInstance, context: Context, accounts: SessionSource): void {
  const { engine } = context

  app.get('/company', async (request) => {
    const session = await requireSession(accounts, request)
    return companyOf(session.accountId)
  })

  app.patch('/company', async (request) => {
    const session = await requireAdmin(accounts, request)
    const form = formOf(request.body)
    const name = form.has('name') ? form.text('name', 'The company name') : null
    const timeZone = form.has('time_zone') ? form.timeZone('time_zone') : null
    form.check()
    if (name !== null) await refuseInSandbox(engine, session.accountId, ownNameOnly)
    const origin = originOf(request)
    const before = await companyOf(session.accountId)
    await engine.transaction(async (tx) => {
      const writer = writerFor(tx, session.accountId, session.userId, origin, Date.now())
      await requireStillAdmin(tx, session)
      const details: Record<string, string> = {}
      if (name !== null && name !== before.name) {
        await tx.updateTable('accounts').set({ name }).where('id', '=', session.accountId).execute()
        await renameSandbox(tx, session.accountId, name)
        Object.assign(details, { name, previous_name: before.name })
      }
      if (timeZone !== null && timeZone !== before.time_zone) {
        await writer.update('account_settings', {}, { time_zone: timeZone, updated_at: writer.at })
        Object.assign(details, { time_zone: timeZone, previous_time_zone: before.time_zone })
      }
      if (Object.keys(details).length === 0) return
      const { userId, accountId } = session
      await recordAudit(writer, { action: 'account.changed', userId, subject: accountId, details, origin })
    })
    return companyOf(session.accountId)
  })

  async function companyOf(accountId: string) {
    return engine.reader
      .selectFrom('accounts')
      .innerJoin('account_settings', 'account_settings.account_id', 'accounts.id')
      .select(['accounts.id', 'accounts.name', 'account_settings.time_zone'])
      .where('accounts.id', '=', accountId)
      .executeTakeFirstOrThrow()
  }
}
