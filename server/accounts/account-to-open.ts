import type { Engine } from '../storage/engine.ts'

/** The account that the person worked in last, else the live one that they joined first. */
export async function accountToOpen(engine: Pick<Engine, 'reader'>, userId: string): Promise<string | null> {
  const rows = await engine.reader
    .selectFrom('members')
    .innerJoin('identities', 'identities.id', 'members.identity_id')
    .leftJoin('sandboxes', 'sandboxes.account_id', 'members.account_id')
    .select(['members.account_id', 'identities.last_account_id', 'sandboxes.live_account_id'])
    .where('members.identity_id', '=', userId)
    .orderBy('members.created_at')
    .execute()
  const last = rows.find((row) => row.account_id === row.last_account_id)
  const live = rows.find((row) => row.live_account_id === null)
  return (last ?? live)?.account_id ?? null
}
