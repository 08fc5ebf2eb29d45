import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { enableAccess } from '../api-keys/index.ts'
import { readConfig } from '../config.ts'
import { type Running, start } from '../main.ts'

/** For the tests of this folder: a whole server with one account, and its key. */
export interface ReferenceServer {
  url: string
  key: string
  running: Running
  close(): Promise<void>
}

export async function startReferenceServer(): Promise<ReferenceServer> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-reference-'))
  const running = await start(readConfig({ PORT: '0', LATCHKEY_DATA: directory, LOG_LEVEL: 'error' }))
  const account = await running.accounts.openAccount({
    name: 'Oak Street Homes',
    timeZone: 'America/Chicago',
    admin: { name: 'Ada Admin', email: 'ada@example.com', password: 'correct horse battery' },
  })
  const by = {
    userId: account.userId,
    name: 'Ada Admin',
    email: 'ada@example.com',
    accountId: account.accountId,
    accountName: 'Oak Street Homes',
  }
  const { secret } = await enableAccess(
    { engine: running.engine, secrets: running.secrets, announce: async () => {} },
    { by, origin: { address: null, userAgent: null, requestId: null } },
  )
  return {
    url: running.url,
    key: secret,
    running,
    async close() {
      await running.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
