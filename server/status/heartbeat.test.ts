import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sql } from 'kysely'
import { forEachEngine } from '../../test/support/engines.ts'
import type { Engine } from '../storage/engine.ts'
import { openEngine } from '../storage/open.ts'
import { createHeartbeat } from './heartbeat.ts'
import { readRuns, tidyRuns } from './runs.ts'
import { lateAfter, uptimeOf } from './uptime.ts'

const minute = 60_000
const day = 86_400_000
const start = Date.UTC(2026, 10, 25, 12)
const quiet = { warn() {}, info() {} }

forEachEngine((under) => {
  /** A database of its own with a clock that the test turns. */
  async function ground() {
    const { url, directory } = await under.open()
    const engine = await openEngine({ dataDirectory: directory, databaseUrl: url })
    let at = start
    const clock = {
      now: () => at,
      pass(ms: number) {
        at += ms
      },
    }
    const node = () => createHeartbeat({ engine, log: quiet, now: clock.now })
    const told = async () => uptimeOf(await readRuns(engine), { now: at })
    return { engine, clock, node, told }
  }

  it('keeps one row a run, whose end moves with every heartbeat', async () => {
    const { engine, clock, node, told } = await ground()
    const heart = node()
    await heart.start()
    for (let beats = 0; beats < 5; beats++) {
      clock.pass(minute)
      await heart.beat()
    }
    const runs = await readRuns(engine)
    assert.deepEqual(
      runs.map(({ startedAt, lastSeenAt, ended }) => [startedAt, lastSeenAt, ended]),
      [[start, start + 5 * minute, null]],
    )
    assert.deepEqual((await told()).incidents, [])
    await heart.stop()
    await engine.close()
  })

  it('tells a planned restart from a crash', async () => {
    const { engine, clock, node, told } = await ground()
    const first = node()
    await first.start()
    clock.pass(30_000)
    await first.stop()
    clock.pass(5_000)
    const second = node()
    await second.start()
    assert.deepEqual((await told()).incidents, [
      { kind: 'maintenance', startedAt: start + 30_000, endedAt: start + 35_000, duration: 5_000 },
    ])
    // The second is cut off: it says nothing more.
    clock.pass(minute)
    const third = node()
    await third.start()
    assert.deepEqual((await told()).incidents[0], {
      kind: 'outage',
      startedAt: start + 35_000,
      endedAt: start + 35_000 + minute,
      duration: minute,
    })
    await third.stop()
    await second.stop()
    await engine.close()
  })

  it('remembers that the database took no heartbeat, and tells once it is back', async () => {
    const { engine, clock, node, told } = await ground()
    const heart = node()
    await heart.start()
    await rename(engine, 'server_runs', 'out_of_reach')
    clock.pass(minute)
    await heart.beat()
    assert.equal(heart.isFailing, true)
    clock.pass(10 * minute)
    await heart.beat()
    await rename(engine, 'out_of_reach', 'server_runs')
    clock.pass(5_000)
    await heart.beat()
    assert.equal(heart.isFailing, false)
    assert.deepEqual((await told()).incidents, [
      {
        kind: 'database',
        startedAt: start,
        endedAt: start + 11 * minute + 5_000,
        duration: 11 * minute + 5_000,
      },
    ])
    await heart.stop()
    assert.deepEqual((await readRuns(engine)).map(({ ended }) => ended).sort(), ['database', 'graceful'])
    await engine.close()
  })

  it('tells of the outage also when it is stopped as soon as the database is back', async () => {
    const { engine, clock, node, told } = await ground()
    const heart = node()
    await heart.start()
    await rename(engine, 'server_runs', 'out_of_reach')
    clock.pass(minute)
    await heart.beat()
    await rename(engine, 'out_of_reach', 'server_runs')
    clock.pass(minute)
    await heart.stop()
    assert.deepEqual(
      (await told()).incidents.map(({ kind, duration }) => [kind, duration]),
      [['database', 2 * minute]],
    )
    await engine.close()
  })

  it('does not reject where the stop cannot be written', async () => {
    const { engine, node } = await ground()
    const heart = node()
    await heart.start()
    await rename(engine, 'server_runs', 'out_of_reach')
    await heart.stop()
    await engine.close()
  })

  it('takes a process that stood still for one that was not there', async () => {
    const { engine, clock, node, told } = await ground()
    const heart = node()
    await heart.start()
    clock.pass(lateAfter + 1)
    await heart.beat()
    assert.deepEqual(
      (await told()).incidents.map(({ kind, duration }) => [kind, duration]),
      [['outage', lateAfter + 1]],
    )
    await heart.stop()
    await engine.close()
  })

  it('begins anew where its row is gone, as after a restored backup', async () => {
    const { engine, clock, node } = await ground()
    const heart = node()
    await heart.start()
    await engine.transaction((tx) => tx.deleteFrom('server_runs').execute())
    clock.pass(minute)
    await heart.beat()
    assert.deepEqual(
      (await readRuns(engine)).map(({ startedAt }) => startedAt),
      [start + minute],
    )
    await heart.stop()
    await engine.close()
  })

  it('forgets what is out of sight, but not that somebody ran before', async () => {
    const { engine, clock, node, told } = await ground()
    for (const pause of [day, day, 120 * day]) {
      const heart = node()
      await heart.start()
      clock.pass(minute)
      await heart.stop()
      clock.pass(pause)
    }
    const heart = node()
    await heart.start()
    const before = await told()
    await tidyRuns(engine, clock.now())
    assert.equal((await readRuns(engine)).length, 2)
    const after = await told()
    assert.deepEqual([after.days, after.incidents], [before.days, before.incidents])
    assert.equal(after.incidents[0]?.kind, 'maintenance')
    await heart.stop()
    await engine.close()
  })
})

async function rename(engine: Engine, from: string, to: string): Promise<void> {
  await sql`alter table ${sql.table(from)} rename to ${sql.table(to)}`.execute(engine.writer)
}
