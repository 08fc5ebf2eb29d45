import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { sql } from 'kysely'
import { readConfig } from '../../server/config.ts'
import { type Running, start } from '../../server/main.ts'
import { type Person, setUpCompany } from '../support/admin.ts'
import { type OpenEngine, openEngine } from '../support/engines.ts'

/** What no cookie opens: whoever sends it needs a secret that a foreign page does not have, or changes nothing. */
const withoutCookie = [/^\/receipts\//, /^\/api\/secret-scanning\//]

const id = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'
const foreign: Record<string, string>[] = [
  { origin: 'https://elsewhere.example', 'content-type': 'application/json' },
  { origin: 'null', 'content-type': 'text/plain' },
  { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' },
  { 'sec-fetch-site': 'same-site', 'content-type': 'application/json' },
  { 'content-type': 'application/x-www-form-urlencoded' },
]

let storage: OpenEngine
let running: Running
let admin: Person

before(async () => {
  storage = await openEngine('sqlite')
  const env = { PORT: '0', HOST: '127.0.0.1', LATCHKEY_DATA: storage.directory, LOG_LEVEL: 'silent' }
  running = await start(readConfig(env))
  admin = await setUpCompany(running.url)
})
after(async () => {
  await running.stop()
  await storage.close()
})

it('no write that a cookie authorises can be sent by a page of another site', async () => {
  const writes = running.routes.filter(
    ({ method, url }) =>
      !['GET', 'HEAD', 'OPTIONS'].includes(method) && !withoutCookie.some((open) => open.test(url)),
  )
  assert.ok(writes.length > 150, `${writes.length} routes`)
  const before = await rows()
  const passed: string[] = []
  for (const { method, url } of writes) {
    const path = url.replace(/:\w+/g, id).replace('*', 'x')
    for (const headers of foreign) {
      const response = await fetch(running.url + path, {
        method,
        headers: { cookie: admin.cookie(), ...headers },
        body: '{}',
      })
      const { code } = (await response.json()) as { code?: string }
      if (response.status !== 403 || code !== 'cross_site_request') {
        passed.push(`${method} ${path} ${JSON.stringify(headers)}: ${response.status} ${code}`)
      }
    }
  }
  assert.deepEqual(passed, [])
  assert.deepEqual(await rows(), before)
})

it('the same writes come through from a page of this server', async () => {
  const { status } = await admin.request('POST', '/rest/contacts', { full_name: 'Rosa Field' })
  assert.equal(status, 201)
})

it('the session cookie is out of reach for scripts and other sites, and tied to https where there is https', async () => {
  const [plain = ''] = await cookiesOf({})
  assert.match(plain, /^latchkey\.session_token=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/)
  const [secure = ''] = await cookiesOf({ PUBLIC_URL: 'https://latchkey.example.com' })
  assert.match(
    secure,
    /^__Host-latchkey\.session_token=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
})

/** How many rows there are of what the requests would have made or ended. */
async function rows(): Promise<unknown> {
  const counts = ['contacts', 'changes', 'api_keys', 'members', 'sessions', 'invitations'].map(
    (table) => sql`(select count(*) from ${sql.table(table)}) as ${sql.ref(table)}`,
  )
  return (await sql`select ${sql.join(counts)}`.execute(running.engine.reader)).rows
}

async function cookiesOf(settings: Record<string, string>): Promise<string[]> {
  const own = await openEngine('sqlite')
  const env = { PORT: '0', HOST: '127.0.0.1', LATCHKEY_DATA: own.directory, LOG_LEVEL: 'silent' }
  const server = await start(readConfig({ ...env, ...settings }))
  const address = server.app.server.address()
  const response = await fetch(
    `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api/setup`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        company_name: 'Ash Property Care',
        time_zone: 'America/Chicago',
        name: 'Ann Ash',
        email: 'ann.ash@example.com',
        password: 'a-long-pass-phrase-1',
        ...(settings.PUBLIC_URL ? { code: server.accounts.setupCode } : {}),
      }),
    },
  )
  const text = await response.text()
  await server.stop()
  await own.close()
  assert.equal(response.status, 201, text)
  return response.headers.getSetCookie().filter((line) => line.includes('session_token'))
}
