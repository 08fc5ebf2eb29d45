import assert from 'node:assert/strict'
import { it } from 'node:test'
import { dataOf, listOf, problemOf } from '../../../test/api/client.ts'
import { startApi } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'

forEachEngine((engine) => {
  const server = startApi(engine)
  const target_url = 'https://hooks.example.com/latchkey'
  const paused = { target_url, status: 'paused' }

  it('takes one name or several, and refuses one that no event has', async () => {
    const { api } = server.acme
    const one = await api.made('/webhook_subscriptions', { event_name: 'Deal.Created', ...paused })
    assert.deepEqual([one.event_name, one.event_names], ['deal.created', ['deal.created']])
    const path = `/webhook_subscriptions/${one.id}`
    const several = dataOf(await api.patch(path, { event_names: ['deal.*', 'task.completed'] }))
    assert.deepEqual(several.event_names, ['deal.*', 'task.completed'])
    const { event_name, event_names } = several
    assert.deepEqual(dataOf(await api.put(path, { event_name, event_names })).event_names, event_names)
    assert.deepEqual(dataOf(await api.put(path, { event_name: '*', event_names })).event_names, ['*'])
    const unknown = await api.patch(path, { event_name: 'deal.eaten' })
    assert.match(problemOf(unknown, 400, 'unknown_event_type').error, /GET \/rest\/event_types/)
    problemOf(await api.post('/webhook_subscriptions', paused), 400, 'missing_field')
  })

  it('shows its secret when it is made and when that is rotated, and never again', async () => {
    const { api } = server.acme
    const made = await api.post('/webhook_subscriptions', { event_name: '*', ...paused })
    const { id, secret } = dataOf(made)
    assert.match(String(secret), /^whsec_[\w+/]{43}=$/)
    assert.equal(made.headers.get('cache-control'), 'no-store')
    const rotated = await api.post(`/webhook_subscriptions/${id}/rotate_secret`)
    assert.notEqual(dataOf(rotated).secret, secret)
    const others = [`/webhook_subscriptions/${id}`, '/webhook_subscriptions', `/events?record_id=${id}`]
    for (const path of others) assert.ok(!(await api.get(path)).text.includes('whsec_'), path)
    const wrong = await api.post(`/webhook_subscriptions/${id}/rotate_secret`, { overlap_hours: 169 })
    problemOf(wrong, 400, 'invalid_field')
  })

  it('is changed by admins and keys alone, and the audit log says by whom', async () => {
    const { api } = server.acme
    await server.addMember('mia@example.com')
    const member = server.client(await server.signedIn('mia@example.com'))
    const fields = { event_name: '*', ...paused }
    problemOf(await member.post('/webhook_subscriptions', fields), 403, 'forbidden')
    const { id } = await api.made('/webhook_subscriptions', fields)
    const path = `/webhook_subscriptions/${id}`
    await api.patch(path, { status: 'active' })
    await api.patch(path, { status: 'paused', description: 'Accounting' })
    await api.delete(path)
    await api.post(`${path}/restore`)
    const admin = server.client(await server.signedIn(server.acme.email))
    const entries = listOf(await admin.get('/audit_entries?per_page=200')).filter(
      ({ subject }) => (subject as { id: string } | null)?.id === id,
    )
    assert.deepEqual(
      entries.map(({ action }) => String(action).replace('webhook_subscription.', '')),
      ['created', 'resumed', 'paused', 'changed', 'deleted', 'restored'],
    )
  })

  it('lets only events through that stand in what its filters name', async () => {
    const { api } = server.acme
    const unknown = { pipeline_ids: ['00000000-0000-4000-8000-000000000000'] }
    const refused = await api.post('/webhook_subscriptions', { event_name: '*', ...paused, filters: unknown })
    problemOf(refused, 400, 'unknown_pipeline')
    const [north, south] = [
      await api.made('/pipelines', { name: 'North' }),
      await api.made('/pipelines', { name: 'South' }),
    ]
    const hook = await api.made('/webhook_subscriptions', {
      event_name: 'deal.created',
      ...paused,
      filters: { pipeline_ids: [north.id] },
    })
    for (const pipeline of [north, south]) await api.made('/deals', { pipeline_id: pipeline.id })
    await server.running.publisher.publishAll()
    const deliveries = listOf(
      await api.get(`/webhook_subscriptions/${hook.id}/deliveries?include_payload=true`),
    )
    assert.equal(deliveries.length, 1)
    assert.equal(JSON.parse(String(deliveries[0]?.payload)).data.record.pipeline.id, north.id)
  })

  it('is one of fifty at most', async () => {
    const { api } = await server.openCompany('Full Homes', 'fay@example.com')
    const fields = { event_name: 'tag.created', ...paused }
    for (let count = 0; count < 50; count++) await api.made('/webhook_subscriptions', fields)
    problemOf(await api.post('/webhook_subscriptions', fields), 409, 'too_many_subscriptions')
  })
})
