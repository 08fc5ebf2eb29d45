import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, problemOf } from '../../test/api/client.ts'
import { startApi } from '../../test/api/server.ts'
import { forEachEngine } from '../../test/support/engines.ts'
import { isPublic, publicLookup, refuseLiteral } from './outbound.ts'

const open = ['93.184.216.34', '8.8.8.8', '2606:4700:4700::1111', '::ffff:8.8.8.8']
const closed = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '192.0.0.1',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '2001:db8::1',
  '2002:7f00:1::',
  'fc00::1',
  'fd12::1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  'nonsense',
]

describe('outbound addresses', () => {
  it('are those of the public internet', () => {
    assert.deepEqual(
      open.filter((address) => !isPublic(address)),
      [],
    )
    assert.deepEqual(closed.filter(isPublic), [])
  })

  it('are refused in whatever spelling they stand in a URL', () => {
    const spellings = ['127.1', '0x7f.0.0.1', '2130706433', '0177.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0']
    for (const host of spellings) assert.throws(() => refuseLiteral(new URL(`https://${host}/`)), host)
    assert.doesNotThrow(() => refuseLiteral(new URL('https://8.8.8.8/')))
  })

  it('are those that a name resolves to at the connection, and of several only the public ones', async () => {
    const find = (addresses: string[]) =>
      publicLookup((_, __, done) =>
        done(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        ),
      )
    const looked = (addresses: string[]) =>
      new Promise((resolve) =>
        find(addresses)('hooks.example.com', { all: true }, (error, found) =>
          resolve(error ? error.code : found),
        ),
      )
    assert.equal(await looked(['127.0.0.1', 'fe80::1']), 'ADDRESS_NOT_ALLOWED')
    assert.deepEqual(await looked(['10.0.0.1', '8.8.8.8']), [{ address: '8.8.8.8', family: 4 }])
  })
})

forEachEngine((engine) => {
  const server = startApi(engine)

  it('are refused on a server that does not allow private ones, and the delivery says so', async () => {
    const { api } = server.acme
    for (const host of ['127.0.0.1:9', 'localhost:9']) {
      const hook = await api.made('/webhook_subscriptions', {
        event_name: 'contact.created',
        target_url: `https://${host}/`,
      })
      const delivery = dataOf(await api.post(`/webhook_subscriptions/${hook.id}/test`))
      assert.equal(delivery.status, 'failed')
      assert.equal(delivery.error, 'address not allowed: it is not one of the public internet')
    }
  })

  it('cannot be written with a user, a fragment or another scheme', async () => {
    const wrong = [
      'https://ann:pass@example.com/',
      'https://example.com/#a',
      'ftp://example.com/',
      'example.com',
    ]
    for (const target_url of wrong) {
      const refused = await server.acme.api.post('/webhook_subscriptions', { event_name: '*', target_url })
      problemOf(refused, 400, 'invalid_field')
    }
  })
})
