import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sql } from 'kysely'
import { openEngine } from '../../test/support/engines.ts'
import { noPgBouncer, startPgBouncer } from '../../test/support/pgbouncer.ts'
import type { Engine } from './engine.ts'
import { openEngine as openStorage } from './open.ts'

const mode = `select current_setting('plan_cache_mode') as mode`
const planning = { sqlite: '', postgres: mode }

async function modesOf(engine: Engine) {
  const { rows } = await sql.raw<{ mode: string }>(mode).execute(engine.reader)
  const quick = await Promise.all(Array.from({ length: 8 }, () => engine.quick(planning, [])))
  return { quick: [...new Set(quick.map(([row]) => row?.mode))], others: rows[0]?.mode }
}

it('plans quick queries once where one server has all, and all others for their parameters', async (test) => {
  const place = await openEngine('postgres')
  const engine = await openStorage({ dataDirectory: place.directory, databaseUrl: place.url })
  test.after(async () => {
    await engine.close()
    await place.close()
  })
  const quick = engine.isDistributed ? 'auto' : 'force_generic_plan'
  assert.deepEqual(await modesOf(engine), { quick: [quick], others: 'auto' })
})

it('leaves the connections of a pooler as they are', { skip: noPgBouncer }, async (test) => {
  const place = await openEngine('postgres')
  const pooler = await startPgBouncer(place.url ?? '')
  const engine = await openStorage({
    dataDirectory: place.directory,
    databaseUrl: pooler.through(place.url ?? ''),
  })
  test.after(async () => {
    await engine.close()
    await pooler.stop()
    await place.close()
  })
  assert.deepEqual(await modesOf(engine), { quick: ['auto'], others: 'auto' })
})
