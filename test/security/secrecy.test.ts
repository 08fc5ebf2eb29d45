import assert from 'node:assert/strict'
import { cp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { it } from 'node:test'
import pg from 'pg'
import { admin, type Person, personAt, setUpCompany } from '../support/admin.ts'
import { forEachEngine, type OpenEngine } from '../support/engines.ts'
import { type Mailbox, openMailbox } from '../support/mailbox.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

const memberPassword = 'another-long-pass-phrase-2'
const newPassword = 'a-third-long-pass-phrase-3'
const mistyped = `lk_live_${'A'.repeat(38)}`

/** Everything in a full run that opens something, and whether it still does at the end. */
interface Secrets {
  keys: string[]
  webhookSecrets: string[]
  passwords: string[]
  cookies: string[]
}

forEachEngine((engine) => {
  it('leaves no usable key, password or session in the database, the logs or a backup', async () => {
    const storage = await engine.open()
    const mailbox = await openMailbox()
    const server = await startServerProcess(storage, { SMTP_URL: mailbox.url })
    const backup = `${storage.directory}-backup`
    try {
      const secrets = await fullRun(server, mailbox)
      const rows = await dump(storage)
      await assertSessionsUnusable(server.url, rows)
      await server.stop()
      // What an operator would copy away, without the secret that lies beside it.
      await cp(storage.directory, backup, { recursive: true })
      await rm(join(backup, 'secret'))
      const places = { database: rows, logs: server.logs(), backup: await contents(backup) }
      assert.match(places.logs, /"msg":"request"/, 'the logs were captured')
      assert.ok(places.database.includes('ash.park@example.com'), 'the database was dumped')
      for (const [place, text] of Object.entries(places)) assertFree(text, secrets, place)
    } finally {
      await server.stop()
      await mailbox.close()
      await rm(backup, { recursive: true, force: true })
    }
  })
})

/** Uses everything that takes or makes a secret, the wrong ways included. */
async function fullRun(server: ServerProcess, mailbox: Mailbox): Promise<Secrets> {
  const { url } = server
  const ann = await setUpCompany(url)
  const cookies = [ann.cookie()]
  const keys = [await secretOf(ann, 'enable'), await secretOf(ann, 'reveal')]
  await useKey(url, keys[0] ?? '')
  const webhookSecrets = await webhookSecretsOf(url, keys[0] ?? '', ann)
  keys.push(await secretOf(ann, 'rotate'))
  await useKey(url, keys[2] ?? '')
  keys.push(...(await namedKeys(url, ann)))

  const ash = await invite(url, ann, mailbox)
  cookies.push(ash.cookie())
  await resetPassword(url, mailbox)
  await ann.request('POST', '/api/auth/sign-in/email', {
    email: admin.email,
    password: 'wrong-but-long-enough',
  })
  await ann.request('POST', '/api/auth/sign-in/email', { email: admin.email, password: admin.password })
  cookies.push(ann.cookie())
  return {
    keys: [...new Set(keys)],
    webhookSecrets,
    passwords: [admin.password, memberPassword, newPassword, 'wrong-but-long-enough'],
    cookies: cookies.flatMap(cookieValues),
  }
}

async function secretOf(person: Person, act: string): Promise<string> {
  const { body } = await person.request('POST', `/api/rest-access/${act}`)
  assert.equal(typeof body.secret, 'string', JSON.stringify(body))
  return String(body.secret)
}

async function useKey(url: string, key: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ first_name: 'Rosa' })
  assert.equal((await fetch(`${url}/rest/contacts`, { method: 'POST', headers, body })).status, 201)
  assert.equal((await fetch(`${url}/rest/contacts?access_token=${key}`)).status, 400)
  assert.equal((await fetch(`${url}/rest/${key}`, { headers })).status, 400)
  await fetch(`${url}/${key}`)
  await fetch(`${url}/rest/contacts`, { headers: { authorization: `Basic ${key}` } })
  await fetch(`${url}/rest/contacts`, { headers: { authorization: mistyped } })
  await fetch(`${url}/rest/contacts`, { headers: { ...headers, 'x-request-id': key, 'user-agent': 'curl' } })
  await fetch(`${url}/rest/contacts`, { method: 'POST', headers, body: `{"first_name": "${key}` })
  await fetch(`${url}/api/rest-access/rotate`, { method: 'POST', headers, body: '{}' })
}

/** Of a named key that is made, shown, rotated with an overlap and listed; one that is revoked; one that is refused. */
async function namedKeys(url: string, ann: Person): Promise<string[]> {
  const path = '/api/rest-access/keys'
  const make = async (name: string, limits: object = {}) => {
    const fields = { name, scopes: ['*:read', '*:write'], ...limits }
    const { body } = await ann.request('POST', path, fields)
    return { secret: String(body.secret), path: `${path}/${(body.key as { id: string }).id}` }
  }
  const [kept, revoked] = [await make('Website'), await make('Reports')]
  const refused = await make('Elsewhere', { allowed_addresses: ['203.0.113.7'] })
  await useKey(url, kept.secret)
  assert.equal((await ann.request('POST', `${kept.path}/reveal`)).body.secret, kept.secret)
  const rotated = await ann.request('POST', `${kept.path}/rotate`, { previous_key_works_for: 3_600 })
  const secrets = [kept.secret, revoked.secret, refused.secret, String(rotated.body.secret)]
  await useKey(url, kept.secret)
  await useKey(url, String(rotated.body.secret))
  for (const change of [
    { name: kept.secret },
    { scopes: [kept.secret] },
    { allowed_addresses: [kept.secret] },
  ]) {
    assert.equal((await ann.request('PATCH', kept.path, change)).status, 400)
  }
  await ann.request('POST', `${revoked.path}/revoke`)
  for (const secret of [revoked.secret, refused.secret]) {
    const answer = await fetch(`${url}/rest/contacts`, { headers: { authorization: `Bearer ${secret}` } })
    assert.ok(answer.status === 401 || answer.status === 403)
  }
  const listed = JSON.stringify((await ann.request('GET', '/api/rest-access')).body)
  for (const secret of secrets) {
    assert.match(secret, /^lk_live_\w{38}$/)
    assert.ok(!listed.includes(secret.slice(8, 24)), 'the list holds no key')
  }
  return secrets
}

/** Of a webhook whose creation is repeated, whose secret is rotated and shown again. */
async function webhookSecretsOf(url: string, key: string, ann: Person): Promise<string[]> {
  const post = async (path: string, fields: object) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': `once ${path}`,
    }
    const response = await fetch(`${url}/rest${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(fields),
    })
    const text = await response.text()
    assert.ok(response.status < 300, text)
    return (JSON.parse(text) as { data: { id: string; secret: string } }).data
  }
  const fields = { event_name: '*', target_url: 'https://hooks.invalid/', status: 'paused' }
  const made = await post('/webhook_subscriptions', fields)
  assert.equal((await post('/webhook_subscriptions', fields)).secret, made.secret, 'the answer is repeated')
  const rotated = await post(`/webhook_subscriptions/${made.id}/rotate_secret`, {})
  const shown = await ann.request('POST', `/api/webhooks/${made.id}/secret`)
  assert.equal(shown.body.secret, rotated.secret)
  assert.match(made.secret, /^whsec_[\w+/]{43}=$/)
  return [made.secret, rotated.secret]
}

async function invite(url: string, ann: Person, mailbox: Mailbox): Promise<Person> {
  const email = 'ash.park@example.com'
  await ann.request('POST', '/api/invitations', { email, role: 'member' })
  const letter = await mailbox.waitFor((message) => message.to.includes(email))
  const id = /\/invitations\/(\w+)/.exec(letter.text)?.[1]
  const ash = personAt(url)
  const accepted = await ash.request('POST', `/api/invitations/${id}/accept`, {
    name: 'Ash Park',
    password: memberPassword,
  })
  assert.equal(accepted.status, 201, JSON.stringify(accepted.body))
  return ash
}

async function resetPassword(url: string, mailbox: Mailbox): Promise<void> {
  const ash = personAt(url)
  await ash.request('POST', '/api/auth/request-password-reset', { email: 'ash.park@example.com' })
  const letter = await mailbox.waitFor((message) => message.text.includes('/reset-password?token='))
  const token = /token=([\w-]+)/.exec(letter.text)?.[1]
  const { status } = await ash.request('POST', '/api/auth/reset-password', { newPassword, token })
  assert.equal(status, 200)
}

/** Every row of every table, as text. */
async function dump(storage: OpenEngine): Promise<string> {
  return storage.url ? dumpPostgres(storage.url) : dumpSqlite(join(storage.directory, 'latchkey.db'))
}

async function dumpPostgres(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const tables = await client.query(`select tablename from pg_tables where schemaname = 'public'`)
    const texts = []
    for (const { tablename } of tables.rows) {
      texts.push(JSON.stringify((await client.query(`select * from "${tablename}"`)).rows))
    }
    return texts.join('\n')
  } finally {
    await client.end()
  }
}

function dumpSqlite(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true })
  const tables = database.prepare(`select name from sqlite_master where type = 'table'`).all()
  const texts = tables.map(({ name }) => JSON.stringify(database.prepare(`select * from "${name}"`).all()))
  database.close()
  return texts.join('\n')
}

/** A session's row holds a token, but without the server's signature it opens nothing. */
async function assertSessionsUnusable(url: string, rows: string): Promise<void> {
  const tokens = [...rows.matchAll(/"token":"([^"]+)"/g)].map(([, token]) => String(token))
  assert.ok(tokens.length > 0, 'the dump holds sessions')
  for (const token of tokens) {
    for (const value of [token, `${token}.`, `${token}.${'A'.repeat(43)}=`]) {
      for (const name of [
        'better-auth.session_token',
        'latchkey.session_token',
        '__Host-latchkey.session_token',
      ]) {
        const cookie = `${name}=${encodeURIComponent(value)}`
        const session = await fetch(`${url}/api/session`, { headers: { cookie } })
        assert.equal(((await session.json()) as { signed_in: unknown }).signed_in, null)
        assert.equal((await fetch(`${url}/rest/contacts`, { headers: { cookie } })).status, 401)
      }
    }
    const bearer = await fetch(`${url}/rest/contacts`, { headers: { authorization: `Bearer ${token}` } })
    assert.equal(bearer.status, 401)
  }
}

async function contents(directory: string): Promise<string> {
  const texts = []
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) texts.push(await readFile(join(entry.parentPath, entry.name), 'latin1'))
  }
  return texts.join('\n')
}

function assertFree(text: string, secrets: Secrets, place: string): void {
  for (const [kind, values] of Object.entries(secrets)) {
    for (const value of values) {
      for (const form of [
        value,
        encodeURIComponent(value),
        Buffer.from(value).toString('base64').replace(/=+$/, ''),
      ]) {
        assert.ok(!text.includes(form), `the ${place} holds one of the ${kind}`)
      }
    }
  }
}

/** The signed values of a Cookie header, in the form that was sent and decoded. */
function cookieValues(header: string): string[] {
  return header.split('; ').flatMap((pair) => {
    const value = pair.slice(pair.indexOf('=') + 1)
    return value.length > 20 ? [value, decodeURIComponent(value)] : []
  })
}
