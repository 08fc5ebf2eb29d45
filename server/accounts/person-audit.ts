import { type Origin, recordAudit } from '../audit/audit.ts'
import { writeAccount } from '../storage/write.ts'
import type { Context } from './context.ts'

/**
 * Notes what a person did with their sign-in in every account they belong to: it opens all of them. Where
 * the note cannot be written the act still stands, so a failure is logged and not thrown.
 */
export async function auditPerson(
  context: Pick<Context, 'engine' | 'log'>,
  userId: string,
  action: string,
  origin: Origin,
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
      await writeAccount(engine, account_id, by, (writer) =>
        recordAudit(writer, { action, userId, subject: userId, origin }),
      )
    }
  } catch (error) {
    log.error({ err: error, action }, 'An entry of the audit log could not be written')
  }
}
