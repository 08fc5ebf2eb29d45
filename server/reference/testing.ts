import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cheapPasswords } from '../../test/support/passwords.ts'
import { accountReader } from '../accounts/account-info.ts'
import { createWrongKeys, enableAccess } from '../api-keys/index.ts'
import { readConfig } from '../config.ts'
import { createApp } from '../http/app.ts'
import { operations } from '../resources/operations.ts'
import { createEmulation } from '../rest/emulation.ts'
import { restFrame } from '../rest/frame.ts'
import { createIdempotency } from '../rest/idempotency.ts'
import type { Operation } from '../rest/operation.ts'
import { loadSecrets } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import { openEngine } from '../storage/open.ts'
import { referenceRoutes } from './routes.ts'

/** For the tests of this folder: a whole server with one account, and its key. */
export interface ReferenceServer {
  url: string
  key: string
  accountId: string
  engine: Engine
  close(): Promise<void>
}

/** @param extra operations of a test, which the server has under `/extra`. */
export async function startReferenceServer({
  extra = [],
}: {
  extra?: readonly Operation[]
} = {}): Promise<ReferenceServer> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-reference-'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const config = {
    ...readConfig({ PORT: String(port), LATCHKEY_DATA: directory, LOG_LEVEL: 'error' }),
    publicUrl: url,
  }
  const secrets = loadSecrets(config)
  const engine = await openEngine(config)
  const { app, accounts, files, messaging, webhooks } = await createApp({
    config,
    engine,
    secrets,
    passwordCost: cheapPasswords,
  })
  if (!app.hasRoute({ method: 'GET', url: '/api_docs' })) {
    await app.register(
      referenceRoutes({ operations: operations(accountReader(engine)), publicUrl: () => url }),
    )
  }
  if (extra.length > 0) {
    const parts = {
      engine,
      accounts,
      files,
      sending: messaging.sending,
      subscribing: webhooks.subscribing,
      publicUrl: () => url,
      operations: extra,
      wrongKeys: createWrongKeys(app.log),
      noteKeyInAddress: async () => 'key' as const,
    }
    const idempotency = createIdempotency(engine, { log: app.log, sealing: secrets })
    const emulation = createEmulation(engine, [], extra)
    const keyUse = { noteUse: () => {} }
    const sightOf = () => null
    await app.register(restFrame({ ...parts, keyUse, idempotency, emulation, sightOf }), { prefix: '/extra' })
  }
  await app.listen({ port, host: 'localhost' })
  const admin = { name: 'Ada Admin', email: 'ada@example.com', password: 'correct horse battery' }
  const account = await accounts.openAccount({ name: 'Oak Street Homes', timeZone: 'America/Chicago', admin })
  const { secret } = await enableAccess(
    { engine, secrets, announce: async () => {} },
    {
      by: { ...account, name: admin.name, email: admin.email, accountName: 'Oak Street Homes' },
      origin: { address: null, userAgent: null, requestId: null },
    },
  )
  return {
    url,
    key: secret,
    accountId: account.accountId,
    engine,
    async close() {
      await app.close()
      await engine.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, 'localhost', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
