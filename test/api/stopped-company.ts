import { enableAccess } from '../../server/api-keys/index.ts'
import { readConfig } from '../../server/config.ts'
import { start } from '../../server/main.ts'
import type { OpenEngine } from '../support/engines.ts'
import { password, timeZone } from './server.ts'

/** A company in an opened storage that no server uses yet; returns its account and key. */
export async function stoppedCompany(storage: OpenEngine): Promise<{ accountId: string; key: string }> {
  const running = await start(
    readConfig({
      PORT: '0',
      HOST: '127.0.0.1',
      LATCHKEY_DATA: storage.directory,
      LOG_LEVEL: 'silent',
      ...(storage.url ? { DATABASE_URL: storage.url } : {}),
    }),
  )
  try {
    const admin = { name: 'Ann Ash', email: 'ann@example.com', password }
    const opened = await running.accounts.openAccount({ name: 'Acme Homes', timeZone, admin })
    const { secret } = await enableAccess(
      { engine: running.engine, secrets: running.secrets, announce: async () => {} },
      {
        by: { ...opened, name: admin.name, email: admin.email, accountName: 'Acme Homes' },
        origin: { address: null, userAgent: null, requestId: null },
      },
    )
    await running.engine.transaction((tx) =>
      tx
        .updateTable('account_settings')
        .set({ requests_per_minute: 1_000_000, records_per_minute: null })
        .where('account_id', '=', opened.accountId)
        .execute(),
    )
    return { accountId: opened.accountId, key: secret }
  } finally {
    await running.stop()
  }
}
