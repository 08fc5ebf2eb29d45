import assert from 'node:assert/strict'
import { before, it } from 'node:test'
import { dataOf, type Fields, listOf, problemOf } from '../../test/api/client.ts'
import { password } from '../../test/api/server.ts'
import { personAt } from '../../test/support/admin.ts'
import { forEachEngine } from '../../test/support/engines.ts'
import { openBench } from './testing.ts'

forEachEngine((engine) => {
  const bench = openBench(engine)
  const { server, receiver } = bench
  let admin: ReturnType<typeof personAt>
  let open: Fields
  let closed: Fields

  before(async () => {
    admin = personAt(server.url)
    await admin.request('POST', '/api/auth/sign-in/email', { email: server.acme.email, password })
    open = await server.acme.api.made('/pipelines', { name: 'Open' })
    closed = await server.acme.api.made('/pipelines', { name: 'Closed' })
    for (const pipeline of [open, closed])
      await server.acme.api.made(`/pipelines/${pipeline.id}/stages`, { name: 'First', status: 'lead' })
  })

  async function newKey(name: string, scopes: string[], pipelines: string[] | null) {
    const fields = { name, scopes, pipeline_ids: pipelines, process_type_ids: null, expires_at: null }
    const { status, body } = await admin.request('POST', '/api/rest-access/keys', {
      ...fields,
      allowed_addresses: [],
      requests_per_minute: null,
    })
    assert.equal(status, 201, JSON.stringify(body))
    const { secret, key } = body as { secret: string; key: Fields }
    return { id: key.id, api: server.client({ authorization: `Bearer ${secret}` }) }
  }

  const subscribe = (api: typeof server.acme.api) =>
    api.made('/webhook_subscriptions', { event_name: 'deal.*', target_url: receiver.url })

  const deal = async (pipeline: Fields, name: string) => {
    const contact = await server.acme.api.made('/contacts', { full_name: `Contact of ${name}` })
    return server.acme.api.made('/deals', { pipeline_id: pipeline.id, name, contact_ids: [contact.id] })
  }

  const sent = () => receiver.received.map(({ body }) => body).join('\n')

  it('tells a subscription only what the key that made it may see, also when it is delivered again', async () => {
    const scopes = ['deals:read', 'webhooks:read', 'webhooks:write']
    const { api } = await newKey('Only open', scopes, [open.id])
    const subscription = await subscribe(api)
    assert.deepEqual(
      listOf(await api.get('/webhook_subscriptions')).map(({ id }) => id),
      [subscription.id],
    )
    await deal(open, 'Seen')
    await deal(closed, 'Unseen')
    await bench.deliver()
    assert.match(sent(), /"name":"Seen"/)
    assert.doesNotMatch(sent(), /Unseen|Contact of/)
    const again = await server.acme.api.post(`/webhook_subscriptions/${subscription.id}/redeliver`, {
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date(Date.now() + 3_600_000).toISOString(),
    })
    assert.equal(again.status, 200, again.text)
    await bench.deliver()
    assert.doesNotMatch(sent(), /Unseen|Contact of/)
    await server.acme.api.delete(`/webhook_subscriptions/${subscription.id}`)
  })

  it('hides the subscriptions of others from a key that does not open everything', async () => {
    const theirs = await subscribe(server.acme.api)
    const { api } = await newKey('Own hooks', ['webhooks:read', 'webhooks:write'], null)
    assert.deepEqual(listOf(await api.get('/webhook_subscriptions')), [])
    assert.deepEqual(listOf(await api.get('/webhook_deliveries')), [])
    problemOf(await api.get(`/webhook_subscriptions/${theirs.id}`), 404, 'not_found')
    problemOf(await api.post(`/webhook_subscriptions/${theirs.id}/rotate_secret`), 404, 'not_found')
    await server.acme.api.delete(`/webhook_subscriptions/${theirs.id}`)
  })

  it('rests while the key is switched off, and ends when the key is revoked', async () => {
    const { id, api } = await newKey('Passing', ['*:read', '*:write', '*:delete'], null)
    const subscription = await subscribe(api)
    await deal(open, 'Queued before')
    await server.running.publisher.publishAll()
    await admin.request('POST', `/api/rest-access/keys/${id}/disable`, {})
    await deal(open, 'While off')
    await bench.deliver()
    assert.doesNotMatch(sent(), /Queued before|While off/)
    await admin.request('POST', `/api/rest-access/keys/${id}/enable`, {})
    await bench.pass(60_000)
    assert.match(sent(), /Queued before/)
    assert.doesNotMatch(sent(), /While off/)
    await admin.request('POST', `/api/rest-access/keys/${id}/revoke`, {})
    await deal(open, 'After all')
    await bench.deliver()
    assert.doesNotMatch(sent(), /After all/)
    const { status, disabled_reason } = dataOf(
      await server.acme.api.get(`/webhook_subscriptions/${subscription.id}`),
    )
    assert.deepEqual([status, disabled_reason], ['disabled', 'the key that made it was revoked'])
  })
})
