import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, it } from 'node:test'
import { type TransactionRetry, transactionRetries } from '../../server/storage/retry.ts'
import { forEachEngine } from '../support/engines.ts'
import { listOf } from './client.ts'
import { startApi } from './server.ts'

const writers = 16
const writes = Number(process.env.WRITERS_WRITES ?? 4)

forEachEngine((engine) => {
  const server = startApi(engine)
  let retries: TransactionRetry[] = []
  const note = (message: unknown) => void retries.push(message as TransactionRetry)
  before(() => transactionRetries.subscribe(note))
  after(() => void transactionRetries.unsubscribe(note))

  const together = (write: (name: string) => Promise<unknown>) =>
    Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let at = 0; at < writes; at++) await write(`${writer}-${at}`)
      }),
    )

  it(`lets ${writers} clients write new records of one account at once, and they hardly come in each other's way`, async () => {
    const { api } = server.acme
    retries = []
    await together(async (name) => {
      const body = { last_name: 'Field', external_ids: [{ source: 'ledger', external_id: name }] }
      const { status } = await api.post('/contacts', body, { 'idempotency-key': randomUUID() })
      assert.equal(status, 201)
      const upsert = await api.put(`/contacts/by_external_id/crm/${name}`, { last_name: 'Brook' })
      assert.equal(upsert.status, 201)
    })
    // It was more than one retry a write when a transaction looked for an id before it wrote it.
    assert.ok(retries.length < (writers * writes) / 8, `${retries.length} transactions were tried again`)
  })

  it(`lets ${writers} clients change one record at once, however often they meet`, async () => {
    const { api } = server.acme
    const { id } = await api.made('/contacts', { last_name: 'Start' })
    await together(async (name) => {
      const { status } = await api.patch(`/contacts/${id}`, { address: name })
      assert.equal(status, 200)
    })
    const { headers } = await api.get(`/contacts/${id}`)
    assert.equal(headers.get('etag')?.match(/\d+/)?.[0], String(1 + writers * writes))
  })

  it(`makes one record of what ${writers} clients send by one id of another system`, async () => {
    const { api } = server.acme
    const answers = await Promise.all(
      Array.from({ length: writers }, () =>
        api.put('/contacts/by_external_id/crm/one', { last_name: 'One' }),
      ),
    )
    const made = answers.filter(({ status }) => status === 201)
    assert.equal(made.length, 1)
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 201]))
    assert.equal(listOf(await api.get('/contacts?external_id=one')).length, 1)
  })
})
