import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { newAccount, openGround } from '../api-keys/testing.ts'
import { ApiError } from '../errors/api-error.ts'
import { secretsFrom } from '../secrets.ts'
import type { Answer } from './answer.ts'
import { createIdempotency, type KeyedWrite, type Pending } from './idempotency.ts'
import { keptMs, largestKept, leaseMs } from './idempotency-claims.ts'

const sealing = secretsFrom('the secret of these tests, long enough')
const log = { error: () => assert.fail('Nothing should have failed.') }
const answer = (text: string): Answer => ({ status: 201, headers: { location: '/rest/contacts/1' }, text })
const code = (expected: string) => (error: unknown) => error instanceof ApiError && error.code === expected

forEachEngine((under) => {
  const ground = openGround(under)

  async function open() {
    const { engine } = ground
    const { accountId } = await newAccount(engine)
    const clock = { at: 1_800_000_000_000 }
    const request: KeyedWrite = { accountId, key: 'k', method: 'POST', path: '/contacts', body: { a: 1 } }
    const idempotency = createIdempotency(engine, { log, sealing, now: () => clock.at })
    const rows = async () => {
      const found = engine.reader.selectFrom('idempotency_keys').selectAll()
      return found.where('account_id', '=', accountId).execute()
    }
    return { engine, clock, request, idempotency, rows }
  }

  async function begun({ idempotency, request }: Awaited<ReturnType<typeof open>>): Promise<Pending> {
    const pending = await idempotency.begin(request)
    assert.ok('settle' in pending, 'it was answered already')
    return pending
  }

  it('keeps an answer for 24 hours, and then takes the key anew, for any request', async () => {
    const part = await open()
    await (await begun(part)).settle(answer('one'))
    part.clock.at += keptMs - 1
    const replay = await part.idempotency.begin(part.request)
    assert.ok('text' in replay)
    assert.deepEqual([replay.status, replay.text], [201, 'one'])
    part.clock.at += 1
    const next = await part.idempotency.begin({ ...part.request, body: { a: 2 } })
    assert.ok('settle' in next)
  })

  it('holds a key for a minute after a crash, and lets no late write of the first commit after that', async () => {
    const part = await open()
    const first = await begun(part)
    part.clock.at += leaseMs - 1
    await assert.rejects(begun(part), code('idempotency_in_progress'))
    part.clock.at += 1
    const second = await begun(part)
    const late = part.engine.transaction(async (tx) => {
      await tx.updateTable('account_settings').set({ updated_at: 7 }).execute()
      await first.keep(tx, answer('late'))
    })
    await assert.rejects(late, code('idempotency_in_progress'))
    const written = part.engine.reader.selectFrom('account_settings').select('updated_at')
    assert.ok((await written.execute()).every(({ updated_at }) => updated_at !== 7))
    await second.settle(answer('second'))
    const replay = await part.idempotency.begin(part.request)
    assert.ok('text' in replay)
    assert.equal(replay.text, 'second')
  })

  it('keeps no answer whose write was undone, and is free again at once', async () => {
    const part = await open()
    const first = await begun(part)
    const undone = part.engine.transaction(async (tx) => {
      await first.keep(tx, answer('undone'))
      throw new Error('no')
    })
    await assert.rejects(undone, /no/)
    await first.fail(new Error('no'))
    assert.deepEqual(await part.rows(), [])
    await begun(part)
  })

  it('never lets an error replace the answer of a write that was committed', async () => {
    const part = await open()
    const first = await begun(part)
    await part.engine.transaction((tx) => first.keep(tx, answer('done')))
    await first.fail(new ApiError('missing_field', 'a is missing'))
    await first.fail(new Error('broken'))
    const replay = await part.idempotency.begin(part.request)
    assert.ok('text' in replay)
    assert.equal(replay.text, 'done')
  })

  it('keeps that a write was done, and where, when its answer is larger than 1 MiB', async () => {
    const part = await open()
    await (await begun(part)).settle(answer('x'.repeat(largestKept + 1)))
    await assert.rejects(part.idempotency.begin(part.request), (error) => {
      assert.ok(error instanceof ApiError)
      assert.equal(error.code, 'idempotency_answer_not_kept')
      assert.deepEqual(error.headers, { 'idempotent-replayed': 'true', location: '/rest/contacts/1' })
      return true
    })
    const [row] = await part.rows()
    assert.equal(row?.body, null)
  })

  it('gives back at the start what a crash has left where no other process can run it, and no answer', async () => {
    const part = await open()
    await (await begun(part)).settle(answer('done'))
    const cutOff = { ...part.request, key: 'cut off' }
    await part.idempotency.begin(cutOff)
    await part.idempotency.start()
    await part.idempotency.stop()
    const kept = (await part.rows()).map(({ idempotency_key }) => idempotency_key)
    assert.deepEqual(kept.sort(), part.engine.isShared ? ['cut off', 'k'] : ['k'])
    const again = part.idempotency.begin(cutOff)
    if (part.engine.isShared) await assert.rejects(again, code('idempotency_in_progress'))
    else assert.ok('settle' in (await again))
  })

  it('deletes what is no longer kept, and nothing else', async () => {
    const part = await open()
    await (await begun(part)).settle(answer('old'))
    part.clock.at += keptMs
    const next = await part.idempotency.begin({ ...part.request, key: 'young' })
    assert.ok('settle' in next)
    await next.settle(answer('young'))
    await part.idempotency.start()
    await part.idempotency.stop()
    assert.deepEqual(
      (await part.rows()).map(({ idempotency_key, body }) => [idempotency_key, body]),
      [['young', 'young']],
    )
  })
})
