import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { dataOf } from '../../test/api/client.ts'
import { forEachEngine } from '../../test/support/engines.ts'
import { openBench, type Received } from './testing.ts'

const python = spawnSync('python3', ['--version']).status === 0

forEachEngine((engine) => {
  const bench = openBench(engine)
  const { server, receiver } = bench

  async function delivered(path: string, name: string): Promise<Received> {
    await server.acme.api.made('/contacts', { full_name: name })
    await bench.deliver()
    const request = receiver.at(path).at(-1)
    assert.ok(request)
    return request
  }

  describe('a signature', () => {
    it('is accepted by two verifiers, which refuse an altered byte, another secret and an old time', async () => {
      const made = await server.acme.api.made('/webhook_subscriptions', {
        event_name: 'contact.created',
        target_url: `${receiver.url}/signed`,
      })
      const secret = String(made.secret)
      const { headers, body } = await delivered('/signed', 'Rosa “Ro” Field')
      const altered = body.replace('Rosa', 'Rose')
      const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
      const old = { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 301) }
      const cases = [
        { secret, headers, body },
        { secret, headers, body: altered },
        { secret: other, headers, body },
        { secret, headers: old, body },
      ]
      assert.deepEqual(
        cases.map(({ secret, headers, body }) => isGenuine(secret, headers as Record<string, string>, body)),
        [true, false, false, false],
      )
    })

    it('is accepted by a verifier in Python as well', {
      skip: python ? false : 'there is no python3',
    }, async () => {
      const made = await server.acme.api.made('/webhook_subscriptions', {
        event_name: 'contact.created',
        target_url: `${receiver.url}/python`,
      })
      const { headers, body } = await delivered('/python', 'Rosa “Ro” Field')
      const now = Number(headers['webhook-timestamp'])
      const message = { secret: made.secret, headers, body, now }
      const cases = [
        message,
        { ...message, body: body.replace('Rosa', 'Rose') },
        { ...message, secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
        { ...message, now: now + 301 },
      ]
      const { stdout, stderr } = spawnSync('python3', ['test/webhooks/verify.py'], {
        input: JSON.stringify(cases),
        encoding: 'utf8',
      })
      assert.deepEqual(JSON.parse(stdout || '[]'), [true, false, false, false], stderr)
    })

    it('is made by both secrets while a rotation overlaps, and then by the new one', async () => {
      const made = await server.acme.api.made('/webhook_subscriptions', {
        event_name: 'contact.created',
        target_url: `${receiver.url}/rotated`,
      })
      const one = `/webhook_subscriptions/${made.id}`
      const rotated = dataOf(await server.acme.api.post(`${one}/rotate_secret`, { overlap_hours: 2 }))
      const secrets = [String(rotated.secret), String(made.secret)]
      const genuine = ({ headers, body }: Received) =>
        secrets.map((secret) => isGenuine(secret, headers as Record<string, string>, body))
      assert.deepEqual(genuine(await delivered('/rotated', 'Rosa Field')), [true, true])
      bench.clock.at += 2 * 60 * 60_000
      assert.deepEqual(genuine(await delivered('/rotated', 'Mia Moss')), [true, false])
      assert.equal(dataOf(await server.acme.api.get(one)).secret, undefined)
    })
  })
})

/** By the package, whose clock is the computer's: the time of the message is checked against the test's. */
function isGenuine(secret: string, headers: Record<string, string>, body: string): boolean {
  try {
    const signed = new Date(Number(headers['webhook-timestamp']) * 1000)
    const signatures = String(headers['webhook-signature']).split(' ')
    return signatures.includes(new Webhook(secret).sign(String(headers['webhook-id']), signed, body))
  } catch {
    return false
  }
}
