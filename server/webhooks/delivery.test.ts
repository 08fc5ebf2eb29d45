import assert from 'node:assert/strict'
import { it } from 'node:test'
import { dataOf, type Fields, problemOf } from '../../test/api/client.ts'
import { forEachEngine } from '../../test/support/engines.ts'
import { waits } from './schedule.ts'
import { answer, openBench, subscribing } from './testing.ts'

const second = 1_000
const hour = 60 * 60 * second
const day = 24 * hour

forEachEngine((engine) => {
  const bench = openBench(engine)
  const { server, receiver, clock } = bench
  const subscribe = subscribing(bench)
  const attemptsOf = (delivery: Fields | undefined) => delivery?.attempts as Record<string, unknown>[]
  const namesAt = (bodies: { body: string }[]) =>
    bodies.map(({ body }) => {
      const event = JSON.parse(body)
      return `${event.type} ${event.data.record.last_name}`
    })

  it('delivers an event as it is read, once, and tells how it went', async () => {
    const { api } = server.acme
    const hook = await subscribe()
    await hook.contact('Rosa Field')
    await bench.deliver()
    const [request, ...others] = hook.at()
    assert.equal(others.length, 0)
    const event = JSON.parse(request?.body ?? '')
    assert.deepEqual(event, dataOf(await api.get(`/events/${event.id}`)))
    assert.equal(request?.headers['webhook-id'], event.id)
    assert.equal(request?.headers['webhook-attempt'], '1')
    assert.equal(request?.headers['content-type'], 'application/json')
    assert.match(String(request?.headers['user-agent']), /^Latchkey\/\d/)
    const [delivery] = await hook.deliveries('&include_payload=true')
    assert.equal(delivery?.status, 'delivered')
    assert.equal(delivery?.payload, request?.body)
    assert.deepEqual(delivery?.event, { id: event.id, type: 'contact.created' })
    assert.deepEqual([delivery?.response_status, delivery?.next_attempt_at], [200, null])
    assert.equal(attemptsOf(delivery)[0]?.response_body, 'thanks')
    assert.notEqual((await hook.read()).last_delivered_at, null)
    assert.equal((await hook.read()).updated_at, (await hook.read()).created_at)
  })

  it('is tried again by the schedule with the same id, and then given up', async () => {
    const hook = await subscribe()
    receiver.reply(hook.path, answer(500, 'broken'))
    // One that arrives in between keeps the subscription from being disabled.
    await hook.contact('Rosa Field')
    await bench.deliver()
    for (const [at, wait] of waits.entries()) {
      await bench.pass(wait - 1)
      assert.equal(hook.at().length, at + 1, `too early: attempt ${at + 2}`)
      if (at === 6) await arriveOnce(hook)
      await bench.pass(1)
      assert.ok(hook.at().length >= at + 2, `too late: attempt ${at + 2}`)
      if (at === 6) break
    }
    const attempts = hook.at().filter(({ body }) => body.includes('Rosa'))
    assert.deepEqual(
      attempts.map(({ headers }) => headers['webhook-attempt']),
      ['1', '2', '3', '4', '5', '6', '7', '8'],
    )
    assert.equal(new Set(attempts.map(({ headers }) => headers['webhook-id'])).size, 1)
    await bench.pass(waits[7])
    await bench.pass(waits[8])
    const [delivery] = await hook.deliveries()
    assert.deepEqual(
      [delivery?.status, delivery?.attempts_count, delivery?.next_attempt_at],
      ['failed', 10, null],
    )
    assert.equal((await hook.read()).status, 'active')
  })

  async function arriveOnce(hook: Awaited<ReturnType<typeof subscribe>>) {
    receiver.reply(hook.path, (response, { body }) =>
      response.writeHead(body.includes('Rosa') ? 500 : 200).end(),
    )
    await hook.contact('Mia Moss')
  }

  it('says why an attempt failed, and reads no more than a kilobyte', async () => {
    const outcomes: [string, Parameters<typeof receiver.reply>[1], number | null, string | null][] = [
      ['a timeout', () => {}, null, 'timeout'],
      ['a closed connection', (response) => response.destroy(), null, 'the connection was closed'],
      [
        'a redirect',
        answer(302, '', { location: '/1' }),
        302,
        'it answered with a redirect, which is not followed',
      ],
      ['a huge body', answer(500, 'é'.repeat(1_000_000)), 500, null],
      ['a slow body', (response) => void response.writeHead(200).write('begin'), null, 'timeout'],
    ]
    for (const [name, reply, status, error] of outcomes) {
      const hook = await subscribe()
      receiver.reply(hook.path, reply)
      await hook.contact('Rosa Field')
      await bench.deliver()
      const [delivery] = await hook.deliveries()
      assert.equal(delivery?.status, 'pending', name)
      assert.deepEqual([delivery?.response_status, delivery?.error], [status, error], name)
      if (name === 'a huge body') assert.equal(attemptsOf(delivery)[0]?.response_body, 'é'.repeat(512))
      await server.acme.api.delete(hook.one)
    }
  })

  it('waits as long as Retry-After says', async () => {
    const hook = await subscribe()
    receiver.reply(hook.path, answer(503, '', { 'retry-after': '120' }))
    await hook.contact('Rosa Field')
    await bench.deliver()
    await bench.pass(120 * second - 1)
    assert.equal(hook.at().length, 1)
    receiver.reply(hook.path, answer(429, '', { 'retry-after': new Date(clock.at + hour).toUTCString() }))
    await bench.pass(1)
    assert.equal(hook.at().length, 2)
    await bench.pass(hour - 2 * second)
    assert.equal(hook.at().length, 2)
    receiver.reply(hook.path, answer(204))
    await bench.pass(2 * second)
    assert.equal((await hook.deliveries())[0]?.status, 'delivered')
  })

  it('keeps the order within a record while one fails, and lets other records pass', async () => {
    const hook = await subscribe()
    const contact = await hook.contact('Rosa Field')
    let isDown = true
    receiver.reply(hook.path, (response, { body }) =>
      response.writeHead(isDown && body.includes(contact.id) ? 500 : 200).end(),
    )
    await bench.deliver()
    await server.acme.api.patch(`/contacts/${contact.id}`, { last_name: 'Moss' })
    await server.acme.api.patch(`/contacts/${contact.id}`, { last_name: 'Reed' })
    await hook.contact('Mia Birch')
    await bench.deliver()
    assert.deepEqual(namesAt(hook.at()), ['contact.created Field', 'contact.created Birch'])
    isDown = false
    await bench.pass(5 * second)
    assert.deepEqual(
      hook
        .at()
        .slice(2)
        .map(({ body }) => JSON.parse(body).type),
      ['contact.created', 'contact.updated', 'contact.updated'],
    )
    const positions = hook
      .at()
      .slice(2)
      .map(({ body }) => JSON.parse(body).position)
    assert.deepEqual(
      positions,
      positions.toSorted((a, b) => a - b),
    )
  })

  it('is not held up by another receiver that hangs', async () => {
    const hanging = await subscribe()
    receiver.reply(hanging.path, () => {})
    for (const name of ['A B', 'C D', 'E F']) await hanging.contact(name)
    const quick = await subscribe()
    await quick.contact('Rosa Field')
    const delivering = bench.deliver()
    await receiver.waitFor(hanging.path, 3)
    await receiver.waitFor(quick.path, 1)
    // Nobody has given up on the one that hangs by then.
    assert.deepEqual((await hanging.deliveries()).flatMap(attemptsOf), [])
    await delivering
    const [delivery] = await quick.deliveries()
    assert.equal(delivery?.status, 'delivered')
    await server.acme.api.delete(hanging.one)
  })

  it('holds what happens while it is paused, and delivers it in order', async () => {
    const { api } = server.acme
    const hook = await subscribe()
    await api.patch(hook.one, { status: 'paused' })
    const contact = await hook.contact('Rosa Field')
    await api.patch(`/contacts/${contact.id}`, { last_name: 'Moss' })
    await bench.pass(day)
    assert.equal(hook.at().length, 0)
    assert.deepEqual(
      (await hook.deliveries()).map(({ status }) => status),
      ['pending', 'pending'],
    )
    await api.patch(hook.one, { status: 'active' })
    await bench.deliver()
    assert.deepEqual(
      hook.at().map(({ body }) => JSON.parse(body).type),
      ['contact.created', 'contact.updated'],
    )
  })

  it('is disabled at once by 410, and told to the admins', async () => {
    const { api } = server.acme
    const hook = await subscribe({ description: 'Accounting' })
    receiver.reply(hook.path, answer(410))
    const contact = await hook.contact('Rosa Field')
    await api.patch(`/contacts/${contact.id}`, { last_name: 'Moss' })
    await bench.deliver()
    const subscription = await hook.read()
    assert.deepEqual(
      [subscription.status, subscription.disabled_reason],
      ['disabled', 'The receiver answered 410 Gone.'],
    )
    assert.deepEqual(
      (await hook.deliveries()).map(({ status }) => status),
      ['failed', 'canceled'],
    )
    await server.running.mail.deliverSoon()
    const mail = await bench.mailbox.waitFor(({ text }) => text.includes('described as: Accounting'))
    assert.deepEqual(mail.to, [server.acme.email])
    await hook.contact('Mia Birch')
    await bench.deliver()
    assert.equal((await hook.deliveries()).length, 2)
    problemOf(
      await api.patch(hook.one, { status: 'paused', target_url: 'ftp://example.com' }),
      400,
      'invalid_field',
    )
    receiver.reply(hook.path, answer(200))
    await api.patch(hook.one, { status: 'active' })
    const again = { from: '2020-01-01', to: '2100-01-01', only_failed: true }
    assert.equal(dataOf(await api.post(`${hook.one}/redeliver`, again)).deliveries_count, 3)
    await bench.deliver()
    assert.equal((await hook.deliveries('&status=delivered')).length, 3)
  })

  it('is disabled when it has failed for three days, and its admins get a mail', async () => {
    const hook = await subscribe({ description: 'Reporting' })
    receiver.reply(hook.path, answer(500))
    await hook.contact('Rosa Field')
    await bench.deliver()
    for (const wait of waits.slice(0, 8)) await bench.pass(wait)
    assert.equal((await hook.read()).status, 'active')
    assert.notEqual((await hook.read()).failing_since, null)
    await bench.pass(waits[8])
    const { status, disabled_reason } = await hook.read()
    assert.deepEqual([status, disabled_reason], ['disabled', 'Every delivery has failed for 3 days.'])
    await bench.mailbox.waitFor(({ text }) => text.includes('described as: Reporting'))
    const [last] = await server
      .changesOf(server.acme)
      .then((changes) => changes.filter(({ resource }) => resource === 'webhook_subscriptions').slice(-1))
    assert.deepEqual([last?.actor_kind, last?.changed.status], ['system', ['active', 'disabled']])
  })

  it('delivers one again with the same id', async () => {
    const { api } = server.acme
    const hook = await subscribe()
    await hook.contact('Rosa Field')
    await bench.deliver()
    const [first] = await hook.deliveries()
    const again = await api.post(`${hook.one}/deliveries/${first?.id}/redeliver`)
    assert.equal(again.status, 201, again.text)
    await bench.deliver()
    const [one, two] = hook.at()
    assert.deepEqual([two?.body, two?.headers['webhook-id']], [one?.body, one?.headers['webhook-id']])
    assert.deepEqual(
      (await hook.deliveries()).map(({ is_redelivery }) => is_redelivery),
      [false, true],
    )
  })

  it('sends a test whatever the status, and answers with the attempt', async () => {
    const { api } = server.acme
    const hook = await subscribe({ status: 'paused' })
    receiver.reply(hook.path, answer(404, 'nobody here'))
    const refused = await server.running.webhooks.stop().then(() => api.post(`${hook.one}/test`))
    const delivery = dataOf(refused)
    assert.deepEqual([delivery.is_test, delivery.status, delivery.response_status], [true, 'failed', 404])
    assert.equal(attemptsOf(delivery)[0]?.response_body, 'nobody here')
    assert.equal(JSON.parse(hook.at()[0]?.body ?? '').type, 'webhook.test')
  })
})
