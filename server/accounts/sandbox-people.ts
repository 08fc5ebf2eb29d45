import type { Transaction } from 'kysely'
import { ApiError } from '../errors/api-error.ts'
import { type AccountWriter, accountStore, accountWriter } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { newId } from '../storage/ids.ts'
import { isSandbox, sandboxOf } from '../storage/sandboxes.ts'
import type { Tables } from '../storage/tables.ts'

/**
 * Gives the sandbox of an account the same members with the same roles, in the transaction that changed them.
 * Returns its writer, or null where there is no sandbox.
 */
export async function mirrorMembers(
  tx: Transaction<Tables>,
  writer: AccountWriter,
): Promise<AccountWriter | null> {
  const sandbox = await sandboxOf(tx, writer.accountId)
  if (!sandbox) return null
  const accountId = sandbox.account_id
  const wanted = new Map(
    (await membersOf(tx, writer.accountId)).map((member) => [member.identity_id, member]),
  )
  for (const { id, identity_id: identityId, role } of await membersOf(tx, accountId)) {
    const member = wanted.get(identityId)
    wanted.delete(identityId)
    if (!member) await removeMember(tx, { id, accountId, identityId })
    else if (member.role !== role)
      await tx.updateTable('members').set({ role: member.role }).where('id', '=', id).execute()
  }
  const created_at = new Date(writer.at).toISOString()
  for (const { identity_id, role } of wanted.values())
    await tx
      .insertInto('members')
      .values({ id: newId(), account_id: accountId, identity_id, role, created_at })
      .execute()
  const { at, actor, origin } = writer
  return accountWriter(tx, accountId, { at, actor, requestId: origin.requestId, origin })
}

/** Gives the sandbox of an account what its members may see and do there; set-up that was copied has the same ids. */
export async function mirrorPermissions(tx: Transaction<Tables>, writer: AccountWriter): Promise<void> {
  const sandbox = await sandboxOf(tx, writer.accountId)
  if (!sandbox) return
  const account_id = sandbox.account_id
  const rows = await tx
    .selectFrom('member_permissions')
    .selectAll()
    .where('account_id', '=', writer.accountId)
    .execute()
  await tx.deleteFrom('member_permissions').where('account_id', '=', account_id).execute()
  for (const row of rows)
    await tx
      .insertInto('member_permissions')
      .values({ ...row, account_id })
      .execute()
}

/** What the sandbox of a company is called. */
export function nameOfSandbox(companyName: string): string {
  return `${companyName} (sandbox)`
}

export async function renameSandbox(
  tx: Transaction<Tables>,
  liveAccountId: string,
  companyName: string,
): Promise<void> {
  const sandbox = await sandboxOf(tx, liveAccountId)
  if (!sandbox) return
  const name = nameOfSandbox(companyName)
  await tx.updateTable('accounts').set({ name }).where('id', '=', sandbox.account_id).execute()
}

/** @throws ApiError refused_in_sandbox */
export async function refuseInSandbox(engine: Engine, accountId: string, why: string): Promise<void> {
  if (await isSandbox(accountStore(engine.reader, accountId))) throw new ApiError('refused_in_sandbox', why)
}

export const peopleOfSandbox =
  'The people of a sandbox are those of its company. Change them in the company’s own account.'

function membersOf(tx: Transaction<Tables>, accountId: string): Promise<Tables['members'][]> {
  return tx.selectFrom('members').selectAll().where('account_id', '=', accountId).execute()
}

async function removeMember(
  tx: Transaction<Tables>,
  member: { id: string; accountId: string; identityId: string },
): Promise<void> {
  await tx.deleteFrom('members').where('id', '=', member.id).execute()
  await tx
    .updateTable('sessions')
    .set({ active_account_id: null })
    .where('identity_id', '=', member.identityId)
    .where('active_account_id', '=', member.accountId)
    .execute()
}
