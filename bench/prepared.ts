import { noOrigin } from '../server/accounts/origin.ts'
import { enableAccess, readMainKey } from '../server/api-keys/index.ts'
import { revealKey } from '../server/api-keys/key.store.ts'
import { loadSecrets } from '../server/secrets.ts'
import { accountStore } from '../server/storage/account-store.ts'
import { openEngine } from '../server/storage/open.ts'
import { configOf, noBudget } from './company.ts'
import type { Storage } from './server.ts'

/**
 * The main keys of so many of the accounts in this storage, evenly from the first to the last. Access is enabled
 * where it was not, and no budget stops any of them.
 */
export async function openAccounts(storage: Storage, most: number): Promise<string[]> {
  const config = configOf(storage)
  const engine = await openEngine(config)
  const context = { engine, secrets: loadSecrets(config), announce: async () => {} }
  try {
    const all = await engine.reader.selectFrom('accounts').select(['id', 'name']).orderBy('id').execute()
    const step = Math.max(1, all.length / most)
    const chosen = Array.from({ length: Math.min(most, all.length) }, (_, at) => all[Math.floor(at * step)])
    const keys: string[] = []
    for (const account of chosen) {
      if (account === undefined) continue
      const store = accountStore(engine.reader, account.id)
      const admin = await store
        .from('users')
        .select(['id', 'name', 'email'])
        .where('role', '=', 'admin')
        .limit(1)
        .executeTakeFirst()
      const { id: userId, name, email } = { id: '', name: '', email: '', ...admin }
      const by = {
        userId: String(userId),
        name: String(name),
        email: String(email),
        accountId: account.id,
        accountName: account.name,
      }
      const act = { by, origin: noOrigin }
      const isEnabled = (await readMainKey(store)) !== null
      keys.push(isEnabled ? await revealKey(context, act) : (await enableAccess(context, act)).secret)
      await engine.transaction((tx) =>
        tx
          .updateTable('account_settings')
          .set({ requests_per_minute: noBudget, records_per_minute: null })
          .where('account_id', '=', account.id)
          .execute(),
      )
    }
    return keys
  } finally {
    await engine.close()
  }
}
