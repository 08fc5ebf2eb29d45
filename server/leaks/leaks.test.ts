import assert from 'node:assert/strict'
import { createHash, createSign, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { type ApiServer, type Company, startApi } from '../../test/api/server.ts'
import { personAt } from '../../test/support/admin.ts'
import { type Engine, forEachEngine } from '../../test/support/engines.ts'
import { type Mailbox, openMailbox } from '../../test/support/mailbox.ts'
import { newKey } from '../api-keys/key-format.ts'

const password = 'correct horse battery'
const scanner = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const keyId = 'bcb53661c06b4728e59d897fb6165d5c9cda0fd9cdf9d09ead458168deb7518c'

forEachEngine((engine: Engine) => {
  describe('a key that is found where it does not belong', () => {
    let mailbox: Mailbox
    let keyServer: Server
    let asked = 0
    const server: ApiServer = startApi(engine, async () => {
      mailbox = await openMailbox()
      keyServer = createServer((_, response) => {
        asked += 1
        const key = scanner.publicKey.export({ type: 'spki', format: 'pem' })
        response.end(JSON.stringify({ public_keys: [{ key_identifier: keyId, key, is_current: true }] }))
      })
      keyServer.listen(0, '127.0.0.1')
      await once(keyServer, 'listening')
      const address = keyServer.address()
      return {
        SMTP_URL: mailbox.url,
        WEBHOOKS_ALLOW_PRIVATE: 'true',
        SECRET_SCANNING_KEYS_URL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/keys`,
      }
    })
    after(async () => {
      keyServer.close()
      await mailbox.close()
    })

    const report = async (matches: unknown, { by = scanner, id = keyId, sent = '' } = {}) => {
      const body = typeof matches === 'string' ? matches : JSON.stringify(matches)
      const signature = createSign('sha256').update(body).sign(by.privateKey, 'base64')
      const response = await fetch(`${server.url}/api/secret-scanning/reports`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'github-public-key-identifier': id,
          'github-public-key-signature': signature,
        },
        body: sent || body,
      })
      return { status: response.status, body: JSON.parse(await response.text()) }
    }
    const match = (token: string) => ({
      token,
      type: 'latchkey_api_key',
      url: `https://code.example/blob/main/settings.py?${token}`,
      source: 'content',
    })
    const keyOf = async (company: Company) => {
      const person = personAt(server.url)
      await person.request('POST', '/api/auth/sign-in/email', { email: company.email, password })
      const { body } = await person.request('GET', '/api/rest-access')
      return { person, key: body.key as { exposed_at: string | null; last_four: string } | null }
    }
    const mailTo = (address: string) => mailbox.waitFor(({ to }) => to.includes(address))
    const works = async (company: Company) => (await company.api.get('/info/account')).status
    const entries = async (company: Company) => {
      const rows = await server.running.engine.reader
        .selectFrom('audit_entries')
        .select(['action', 'details', 'user_id'])
        .where('account_id', '=', company.accountId)
        .where('action', 'in', ['api_key.exposed', 'api_key.revoked'])
        .orderBy('id')
        .execute()
      return rows.map(({ action, details, user_id }) => ({ action, user_id, ...JSON.parse(details) }))
    }

    it('is marked, and the admins are told once, however often it is reported', async () => {
      const company = await server.openCompany('Reported Homes', 'rita@example.com')
      const unknown = newKey('live')
      for (let time = 0; time < 2; time++) {
        const { status, body } = await report([match(company.key), match(unknown), match('lk_live_x')])
        assert.equal(status, 200)
        assert.deepEqual(body, [
          feedback(company.key, 'true_positive'),
          feedback(unknown, 'false_positive'),
          feedback('lk_live_x', 'false_positive'),
        ])
        assert.ok(!JSON.stringify(body).includes(company.key))
      }
      const mail = await mailTo('rita@example.com')
      assert.match(mail.subject ?? '', /was exposed: rotate it \(Reported Homes\)/)
      assert.match(
        mail.text ?? '',
        /by a secret scanner in a public place \(content\), at https:\/\/code\.example/,
      )
      assert.ok(mail.text?.includes(`ends in ${company.key.slice(-4)}`))
      assert.ok(!mail.text?.includes(company.key))
      const { key } = await keyOf(company)
      assert.ok(key?.exposed_at)
      assert.equal(await works(company), 200)
      const [entry, ...more] = await entries(company)
      assert.deepEqual([entry?.action, entry?.user_id, more.length], ['api_key.exposed', null, 0])
      assert.ok(!JSON.stringify(entry).includes(company.key))
    })

    it('is revoked at once where the account chose so', async () => {
      const company = await server.openCompany('Careful Homes', 'cara@example.com')
      const { person } = await keyOf(company)
      const change = { revoke_exposed_keys: true }
      const { body } = await person.request('PATCH', '/api/rest-access/settings', change)
      assert.equal((body.settings as Record<string, unknown>).revoke_exposed_keys, true)
      assert.equal((await report([match(company.key)])).body[0].label, 'true_positive')
      assert.equal(await works(company), 401)
      const mail = await mailTo('cara@example.com')
      assert.match(mail.subject ?? '', /was exposed and is revoked/)
      assert.deepEqual(
        (await entries(company)).map(({ action, user_id }) => [action, user_id]),
        [
          ['api_key.exposed', null],
          ['api_key.revoked', null],
        ],
      )
    })

    it('is told of when it stands in an address, and a rotation makes it good again', async () => {
      const company = await server.openCompany('Linked Homes', 'lina@example.com')
      for (const path of [
        `/rest/contacts?key=${company.key}`,
        `/rest/contacts?k%3D${company.key.replace('_', '%5F')}`,
      ]) {
        const response = await fetch(server.url + path)
        assert.equal(((await response.json()) as { code: string }).code, 'key_in_url')
      }
      const mail = await mailTo('lina@example.com')
      assert.match(mail.text ?? '', /was found in the address of a request/)
      assert.equal((await entries(company)).length, 1)
      const { person, key } = await keyOf(company)
      assert.ok(key?.exposed_at)
      const { body } = await person.request('POST', '/api/rest-access/rotate')
      assert.equal((body.key as { exposed_at: string | null }).exposed_at, null)
    })

    it('is only reported by whom the published keys belong to', async () => {
      const company = await server.openCompany('Other Homes 2', 'olga@example.com')
      const matches = [match(company.key)]
      const before = asked
      for (const answer of [
        await report(matches, { by: stranger }),
        await report(matches, { id: 'another' }),
        await report(matches, { id: 'another' }),
        await report(matches, { sent: JSON.stringify([match(newKey('live'))]) }),
      ]) {
        assert.deepEqual([answer.status, answer.body.code], [401, 'invalid_signature'])
      }
      assert.ok(asked - before <= 1, 'an unknown id is asked for once a minute at most')
      const unsigned = await fetch(`${server.url}/api/secret-scanning/reports`, {
        method: 'POST',
        body: '[]',
      })
      assert.equal(unsigned.status, 401)
      assert.equal((await keyOf(company)).key?.exposed_at, null)
    })

    it('is reported in an array of bounded length', async () => {
      assert.equal((await report('{}')).status, 400)
      assert.equal((await report('[')).status, 400)
      assert.equal((await report(Array.from({ length: 1_001 }, () => match('x')))).status, 400)
      assert.equal((await report(`["${'x'.repeat(1_100_000)}"]`)).status, 413)
      assert.deepEqual(
        (await report([null, 7, {}])).body.map(({ label }: { label: string }) => label),
        Array(3).fill('false_positive'),
      )
    })
  })
})

describe('the keys of the scanner', () => {
  let address = ''
  before(async () => {
    const closed = createServer()
    closed.listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const at = closed.address()
    address = `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}`
    closed.close()
  })

  it('that cannot be had are said to be so, and their place is no way into the own network', async () => {
    const { createScanningKeys } = await import('./scanning-keys.ts')
    for (const allowsPrivate of [true, false]) {
      const keys = createScanningKeys({ url: address, allowsPrivate, userAgent: 'test' })
      const error = await keys.find('one').catch((caught) => caught)
      assert.equal(error.code, 'unavailable')
      assert.match(String(error.cause), allowsPrivate ? /ECONNREFUSED/ : /address not allowed/)
    }
  })
})

function feedback(token: string, label: string) {
  const hash = createHash('sha256').update(token).digest('hex')
  return { token_hash: hash, token_type: 'latchkey_api_key', label }
}
