import assert from 'node:assert/strict'
import type { ApiServer } from '../api/server.ts'
import type { Credentials } from './callers.ts'
import type { Hidden } from './scenes.ts'

export interface Subscribing {
  server: ApiServer
  accountId: string
  /** Of the caller, whose key is limited, and of an admin. */
  caller: Credentials
  admin: Credentials
  open: ReadonlyMap<string, readonly string[]>
  hidden: Hidden
}

/**
 * The caller follows everything by a webhook, which keeps what it would send, while an admin changes what is open to it and what is closed.
 * Says in the end what it was told and should not have been.
 */
export async function subscribe({ server, accountId, caller, admin, open, hidden }: Subscribing) {
  const { engine, publisher } = server.running
  const wanted = { event_names: ['*'], target_url: 'https://hooks.invalid/limited', status: 'paused' }
  const made = await server.client(caller.headers).post('/webhook_subscriptions', wanted)
  assert.equal(made.status, 201, made.text)
  const { id } = (made.body as { data: { id: string } }).data
  const [seen = ''] = open.get('deals') ?? []
  const changed = [
    ['deals', seen],
    ...['deals', 'tasks', 'contacts'].map((kind) => [kind, hidden.closedOf(kind)]),
  ]
  for (const [kind, record] of changed) {
    if (!record) continue
    const { status, text } = await server.client(admin.headers).patch(`/${kind}/${record}`, {
      tags: ['seen'],
      description: 'Seen.',
    })
    assert.equal(status, 200, text)
  }
  return async (): Promise<string[]> => {
    await publisher.publishAll()
    const rows = await engine.reader
      .selectFrom('webhook_deliveries')
      .select(['record_id', 'type'])
      .where('account_id', '=', accountId)
      .where('subscription_id', '=', id)
      .execute()
    assert.ok(rows.some(({ record_id }) => record_id === seen))
    return rows
      .filter(({ record_id }) => record_id !== null && hidden.ids.has(record_id))
      .map(({ type, record_id }) => `the webhook of the caller was told of ${type} of ${record_id}`)
  }
}
