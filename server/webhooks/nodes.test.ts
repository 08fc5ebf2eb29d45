import assert from 'node:assert/strict'
import { it, mock } from 'node:test'
import { dataOf } from '../../test/api/client.ts'
import { forEachEngine } from '../../test/support/engines.ts'
import { claimDue, lease } from './claims.ts'
import { openBench, subscribing } from './testing.ts'

forEachEngine((engine) => {
  const bench = openBench(engine)
  const { server, receiver, clock } = bench
  const subscribe = subscribing(bench)

  it('never makes the same attempt twice', async () => {
    const hook = await subscribe()
    const other = bench.anotherNode()
    for (let at = 0; at < 20; at++) await hook.contact(`Rosa Field${at}`)
    await server.running.publisher.publishAll()
    bench.webhooks.subscribing.queued()
    other.subscribing.queued()
    await Promise.all([bench.webhooks.idle(), other.idle()])
    const sent = hook.at().map(({ headers }) => `${headers['webhook-id']} ${headers['webhook-attempt']}`)
    assert.equal(sent.length, 20)
    assert.equal(new Set(sent).size, 20)
  })

  it('leaves a test to the node that answers with its attempt, and takes it when that node is gone', async () => {
    const hook = await subscribe()
    const { webhooks } = server.running
    const other = bench.anotherNode()
    const { deliverTest } = webhooks
    const ahead = clock.at
    clock.at = Date.now()
    let gone = false
    const asked = mock.method(webhooks, 'deliverTest', async (accountId: string, id: string) => {
      other.subscribing.queued()
      await other.idle()
      if (!gone) await deliverTest(accountId, id)
    })
    const made = dataOf(await server.acme.api.post(`${hook.one}/test`))
    assert.equal(made.status, 'delivered')
    gone = true
    const left = dataOf(await server.acme.api.post(`${hook.one}/test`))
    assert.equal(left.status, 'pending')
    asked.mock.restore()
    clock.at = ahead
    await bench.deliver()
    const ended = (await hook.deliveries()).map(({ status, attempts_count }) => [status, attempts_count])
    assert.deepEqual(ended, [
      ['delivered', 1],
      ['delivered', 1],
    ])
  })

  it('makes the next attempt when the node that made one has crashed', async () => {
    const hook = await subscribe()
    await hook.contact('Rosa Field')
    await server.running.publisher.publishAll()
    const [delivery] = await hook.deliveries()
    const room = ({ id }: { id: string }) => (hook.one.endsWith(id) ? 8 : 0)
    const claims = await claimDue(server.running.engine, server.acme.accountId, { now: clock.at, room })
    assert.deepEqual(
      claims.map(({ id }) => id),
      [delivery?.id],
    )
    await bench.pass(lease - 1)
    assert.equal(hook.at().length, 0)
    await bench.pass(1)
    assert.deepEqual(
      hook.at().map(({ headers }) => headers['webhook-attempt']),
      ['2'],
    )
  })

  it('takes up at its start what a process before it was delivering, where there can be no other', async () => {
    const hook = await subscribe()
    await hook.contact('Rosa Field')
    await server.running.publisher.publishAll()
    const room = ({ id }: { id: string }) => (hook.one.endsWith(id) ? 8 : 0)
    const { engine: storage } = server.running
    await claimDue(storage, server.acme.accountId, { now: clock.at, room })
    clock.at += 1
    const next = bench.anotherNode()
    next.start()
    if (storage.isShared) await bench.pass(lease - 2)
    else await receiver.waitFor(hook.path, 1)
    const attempts = hook.at().map(({ headers }) => headers['webhook-attempt'])
    assert.deepEqual(attempts, storage.isShared ? [] : ['2'])
    await next.stop()
  })
})
