import { readConfig } from '../server/config.ts'
import { start } from '../server/main.ts'
import { openCompany } from '../test/api/server.ts'
import type { OpenEngine } from '../test/support/engines.ts'
import { startServerProcess } from '../test/support/server-process.ts'
import { warmUp } from './warm-up.ts'

/** A server in its own process, with accounts that no budget stops. */
export interface Served {
  url: string
  pid: number
  /** By the names of the accounts. */
  keys: Record<string, string>
  /** Has PostgreSQL as it is some minutes after its rows were written. */
  warmedUp(): Promise<void>
  stop(): Promise<void>
}

const settings = { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'warn', WEBHOOKS_ALLOW_PRIVATE: 'true' }

/** Starts a server on an empty database, once the accounts are there. */
export async function serve(
  storage: OpenEngine,
  accounts: readonly string[],
  env: Record<string, string> = {},
): Promise<Served> {
  const database = storage.url ? { DATABASE_URL: storage.url } : {}
  const running = await start(
    readConfig({ ...settings, ...database, LOG_LEVEL: 'silent', LATCHKEY_DATA: storage.directory }),
  )
  const keys: Record<string, string> = {}
  for (const [at, name] of accounts.entries()) {
    const seen = { exchanges: [], secrets: [], violations: () => [] }
    keys[name] = (await openCompany(running, name, `admin${at}@example.com`, seen)).key
  }
  await running.stop()
  const server = await startServerProcess(storage, { ...settings, ...env })
  return {
    url: server.url,
    pid: server.pid,
    keys,
    async warmedUp() {
      if (storage.url) await warmUp(storage.url)
    },
    stop: () => server.stop(),
  }
}
