import assert from 'node:assert/strict'
import { it } from 'node:test'
import { hashPassword } from 'better-auth/crypto'
import { openEngine } from '../../test/support/engines.ts'
import { readConfig } from '../config.ts'
import { start } from '../main.ts'
import { createPasswords } from './passwords.ts'

const password = 'correct horse battery'

it('a server that nobody told otherwise makes guessing as costly as OWASP advises', async () => {
  const storage = await openEngine('sqlite')
  const env = { PORT: '0', HOST: '127.0.0.1', LATCHKEY_DATA: storage.directory, LOG_LEVEL: 'silent' }
  const running = await start(readConfig(env))
  const admin = { name: 'Ann Ash', email: 'ann@example.com', password }
  await running.accounts.openAccount({ name: 'Ash', timeZone: 'America/Chicago', admin })
  const kept = await running.engine.reader.selectFrom('credentials').select('password').executeTakeFirst()
  assert.match(String(kept?.password), /^\$scrypt\$ln=15,r=8,p=3\$[\w+/=]{24}\$[\w+/=]{88}$/)
  const response = await fetch(`${running.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: admin.email, password }),
  })
  assert.equal(response.status, 200)
  await running.stop()
  await storage.close()
})

it('a hash has a salt of its own and says how it was made, so that one of another cost is still known', async () => {
  const [one, two] = [createPasswords({ ln: 4, r: 1, p: 1 }), createPasswords({ ln: 5, r: 2, p: 1 })]
  const hash = await one.hash(password)
  assert.notEqual(hash, await one.hash(password))
  assert.equal(await two.verify({ hash, password }), true)
  assert.equal(await two.verify({ hash, password: `${password}.` }), false)
  assert.equal(await two.verify({ hash: hash.replace('ln=4', 'ln=5'), password }), false)
  // The same letters in another normal form of Unicode.
  assert.equal(await one.verify({ hash: await one.hash('Zo\u00eb'), password: 'Zoe\u0308' }), true)
})

it('passwords that better-auth hashed itself are still known', async () => {
  const hash = await hashPassword(password)
  assert.equal(await createPasswords().verify({ hash, password }), true)
  assert.equal(await createPasswords().verify({ hash, password: 'another' }), false)
})

it('what is no hash lets nobody in', async () => {
  for (const hash of ['', ':', 'x', 'a:b', '$scrypt$ln=4,r=1,p=1$AAAA$', '$scrypt$ln=4,r=1,p=1$AAAA$AAAA']) {
    assert.equal(await createPasswords().verify({ hash, password: '' }), false)
  }
})
