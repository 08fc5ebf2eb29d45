import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import type { Engine } from './engine.ts'
import { newId } from './ids.ts'
import { openEngine } from './open.ts'
import { type TransactionRetry, transactionRetries } from './retry.ts'
import { writeAccount } from './write.ts'

const writers = 16
const writes = 2
const context = { actor: { kind: 'system', id: null }, requestId: null } as const

forEachEngine(({ name, open }) => {
  // Two nodes on PostgreSQL; SQLite has one.
  const nodes: Engine[] = []
  const accountId = newId()
  const told: TransactionRetry[] = []
  const note = (message: unknown) => void told.push(message as TransactionRetry)

  before(async () => {
    const { url, directory } = await open()
    const config = { dataDirectory: directory, databaseUrl: url }
    nodes.push(await openEngine(config))
    if (name === 'postgres') nodes.push(await openEngine(config))
    await nodes[0]?.transaction(async (tx) => {
      await tx
        .insertInto('accounts')
        .values({
          id: accountId,
          name: 'Acme',
          slug: accountId,
          created_at: new Date().toISOString() as never,
        })
        .execute()
    })
    await nodes[0]?.transaction((tx) =>
      tx.insertInto('event_positions').values({ account_id: accountId, position: 0 }).execute(),
    )
    transactionRetries.subscribe(note)
  })

  after(async () => {
    transactionRetries.unsubscribe(note)
    for (const node of nodes) await node.close()
  })

  it('gives up no writer of an account, however many change one row after reading it', async () => {
    const addOne = (node: Engine) =>
      writeAccount(node, accountId, context, async (writer) => {
        const row = await writer.from('event_positions').select('position').executeTakeFirstOrThrow()
        // Long enough for the others to come in between.
        for (let query = 0; query < 5; query++) await writer.from('contacts').select('id').execute()
        await writer.update('event_positions', {}, { position: Number(row.position) + 1 })
      })
    await Promise.all(
      Array.from({ length: writers }, async (_, at) => {
        const node = nodes[at % nodes.length]
        assert.ok(node)
        for (let write = 0; write < writes; write++) await addOne(node)
      }),
    )
    const { position } = (await nodes[0]?.reader
      .selectFrom('event_positions')
      .select('position')
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow()) ?? { position: null }
    assert.equal(Number(position), writers * writes)
    assert.equal(told.filter(({ isGivenUp }) => isGivenUp).length, 0)
    if (name === 'postgres') assert.ok(told.length > 0, 'there were no conflicts, so this shows nothing')
  })
})
