import assert from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, it } from 'node:test'
import { forEachEngine, type OpenEngine } from '../../test/support/engines.ts'
import { cheapPasswords } from '../../test/support/passwords.ts'
import { openAccount } from '../accounts/memberships.ts'
import { noOrigin } from '../accounts/origin.ts'
import { createPasswords } from '../accounts/passwords.ts'
import { readMainKey } from '../api-keys/index.ts'
import { rotateKey } from '../api-keys/key.store.ts'
import { type Config, readConfig } from '../config.ts'
import { loadSecrets } from '../secrets.ts'
import { accountStore } from '../storage/account-store.ts'
import { openEngine } from '../storage/open.ts'
import { type Demo, prepareDemo } from './demo.ts'
import { companyName, DemoError, readDemoFile } from './demo-file.ts'

const options = { seed: 1, tasks: 100, today: '2026-11-23' }

forEachEngine((engine) => {
  let config: Config
  let made: Demo

  before(async () => {
    config = configFor(await engine.open())
    made = await prepareDemo(config, options)
  })

  it('makes the company once and finds it again with its key and sign-ins', async () => {
    const changes = await countChanges(config)
    const found = await prepareDemo(config, { ...options, seed: 2, tasks: 200 })
    assert.equal(made.isNew, true)
    assert.deepEqual(found, { ...made, isNew: false })
    assert.match(String(found.apiKey), /^lk_live_/)
    assert.equal(await countChanges(config), changes)
  })

  it('keeps the passwords where only the owner of the directory can read them', () => {
    const { admin, member } = made
    assert.equal(statSync(join(config.dataDirectory, 'demo.json')).mode & 0o777, 0o600)
    assert.notEqual(admin.password, member.password)
    assert.ok(admin.password.length >= 16)
  })

  it('tells the key that an admin has rotated it to', async () => {
    const secret = await rotate(config)
    const { apiKey } = await prepareDemo(config, options)
    assert.notEqual(secret, made.apiKey)
    assert.equal(apiKey, secret)
  })

  it('starts anew, or says what to do, after a first run that was interrupted', async () => {
    const file = join(config.dataDirectory, 'demo.json')
    writeFileSync(file, JSON.stringify({ ...readDemoFile(config.dataDirectory), accountId: null }))
    const again: Promise<Demo> = prepareDemo(config, options)
    if (engine.name === 'postgres') await assert.rejects(again, /was interrupted/)
    else assert.notEqual((await again).admin.password, made.admin.password)
  })

  it('leaves the storage of another company alone', async () => {
    const config = configFor(await engine.open())
    const storage = await openEngine(config)
    const admin = { name: 'Ann Ash', email: 'ann@example.com', password: 'a-long-pass-phrase-1' }
    const passwords = createPasswords(cheapPasswords)
    await openAccount(
      { engine: storage, passwords },
      { name: 'Ash Care', timeZone: 'UTC', admin },
      { origin: noOrigin },
    )
    await storage.close()
    await assert.rejects(prepareDemo(config, options), (error: Error) => {
      assert.ok(error instanceof DemoError)
      assert.match(error.message, /already holds the company "Ash Care"/)
      return true
    })
    assert.equal(await countChanges(config), 1)
  })
})

function configFor({ directory, url }: OpenEngine): Config {
  return readConfig({ LATCHKEY_DATA: directory, ...(url ? { DATABASE_URL: url } : {}) })
}

async function countChanges(config: Config): Promise<number> {
  const engine = await openEngine(config)
  const rows = await engine.reader.selectFrom('changes').select('id').execute()
  await engine.close()
  return rows.length
}

async function rotate(config: Config): Promise<string> {
  const engine = await openEngine(config)
  const account = await engine.reader.selectFrom('accounts').selectAll().executeTakeFirstOrThrow()
  const admin = await engine.reader
    .selectFrom('users')
    .selectAll()
    .where('role', '=', 'admin')
    .executeTakeFirstOrThrow()
  assert.ok(await readMainKey(accountStore(engine.reader, account.id)))
  const context = { engine, secrets: loadSecrets(config), announce: async () => {} }
  const by = {
    userId: admin.id,
    name: admin.name,
    email: admin.email,
    accountId: account.id,
    accountName: companyName,
  }
  const { secret } = await rotateKey(context, { by, origin: noOrigin })
  await engine.close()
  return secret
}
