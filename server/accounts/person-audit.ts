import { type Origin, recordAudit } from '../audit/audit.ts'
import type { AuditAction } from '../audit/audit-actions.ts'
import type { AccountWriter } from '../storage/account-store.ts'
import { writeAccount } from '../storage/write.ts'
import type { Context } from './context.ts'

/**
 * Notes what a person did with their sign-in in every account they belong to: it opens all of them. Where
 * the note cannot be written the act still stands, so a failure is logged and not thrown.
 */
export async function auditPerson(
  context: Pick<Context, 'engine' | 'log'>,
  userId: string,
  action: AuditAction,
  origin: Origin,
  said: Record<string, string> = {},
): Promise<void> {
  const { engine, log } = context
  try {
    const memberships = await engine.reader
      .selectFrom('members')
      .select('account_id')
      .where('identity_id', '=', userId)
      .execute()
    for (const { account_id } of memberships) {
      const by = { actor: { kind: 'user' as const, id: userId }, requestId: origin.requestId }
      await writeAccount(engine, account_id, by, async (writer) => {
        const details = strangersActs.has(action) ? await boundedDetails(writer, userId, action) : said
        if (details === null) return
        await recordAudit(writer, { action, userId, subject: userId, details, origin })
      })
    }
  } catch (error) {
    log.error({ err: error, action }, 'An entry of the audit log could not be written')
  }
}

/** What anybody can do to a person whose address, or at most whose password, they know. */
const strangersActs: ReadonlySet<AuditAction> = new Set([
  'user.sign_in_failed',
  'user.password_reset_requested',
  'user.second_step_failed',
])
/** So that no stranger fills the disk: of one person and act. */
export const mostADay = 20
const dayMs = 24 * 60 * 60 * 1_000

/** @returns what the last entry of a day says besides, or null when it is one too many */
async function boundedDetails(
  writer: AccountWriter,
  userId: string,
  action: AuditAction,
): Promise<Record<string, string> | null> {
  const noted = await writer
    .from('audit_entries')
    .select((on) => on.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .where('created_at', '>', writer.at - dayMs)
    .where('action', '=', action)
    .executeTakeFirst()
  const count = Number(noted?.count ?? 0) + 1
  if (count > mostADay) return null
  return count < mostADay ? {} : { note: 'Further ones are not recorded before a day has passed.' }
}
