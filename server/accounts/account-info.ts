import type { Engine } from '../storage/engine.ts'

/** What an account tells of itself. */
export interface AccountInfo {
  id: string
  name: string
  timeZone: string
  /** Milliseconds since 1970. */
  createdAt: number
  updatedAt: number
}

export type ReadAccount = (accountId: string) => Promise<AccountInfo>

export function accountReader(engine: Engine): ReadAccount {
  return async (accountId) => {
    const row = await engine.reader
      .selectFrom('accounts')
      .innerJoin('account_settings', 'account_settings.account_id', 'accounts.id')
      .select(['accounts.id', 'accounts.name', 'accounts.created_at'])
      .select(['account_settings.time_zone', 'account_settings.updated_at'])
      .where('accounts.id', '=', accountId)
      .executeTakeFirstOrThrow()
    return {
      id: row.id,
      name: row.name,
      timeZone: row.time_zone,
      createdAt: new Date(row.created_at).getTime(),
      updatedAt: row.updated_at,
    }
  }
}
