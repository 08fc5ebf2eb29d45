import type { Config } from '../../config.ts'
import { endingsOf } from './columns.ts'
import { openPostgresCopier } from './postgres-copier.ts'
import { openSqliteCopier } from './sqlite-copier.ts'

/**
 * Copies an account, with its people and all its rows, so many times. Nothing else may use the database
 * meanwhile. What is derived of the rows is copied with them, so it agrees with them as in the original; the keys
 * are not copied, because a key opens one account.
 */
export async function copyAccount(
  config: Config,
  options: { accountId: string; copies: number; progress?: (done: number, all: number) => void },
): Promise<void> {
  const { accountId, copies, progress } = options
  const { databaseUrl, dataDirectory } = config
  const copier = databaseUrl
    ? await openPostgresCopier(databaseUrl, accountId)
    : openSqliteCopier(dataDirectory, accountId)
  try {
    for (const [at, ending] of endingsOf(copies, copier.taken).entries()) {
      await copier.copy(ending)
      progress?.(at + 1, copies)
    }
    await copier.keep()
  } finally {
    await copier.close()
  }
}
