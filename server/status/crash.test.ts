import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sql } from 'kysely'
import { forEachEngine, type OpenEngine } from '../../test/support/engines.ts'
import { startServerProcess } from '../../test/support/server-process.ts'
import { openEngine } from '../storage/open.ts'

const hour = 3_600_000

interface Shown {
  status: string
  uptime_percent: number
  days: { uptime_percent: number | null; downtime_seconds: number }[]
  incidents: { kind: string; started_at: string; ended_at: string | null; duration_seconds: number }[]
}

async function shownBy(url: string): Promise<Shown> {
  const response = await fetch(`${url}/status.json`)
  assert.equal(response.status, 200)
  return (await response.json()) as Shown
}

/** Puts all that was written an hour further back, as if the hour had passed. */
async function anHourPasses(storage: OpenEngine): Promise<void> {
  const engine = await openEngine({ dataDirectory: storage.directory, databaseUrl: storage.url })
  await engine.transaction((tx) =>
    tx
      .updateTable('server_runs')
      .set({
        started_at: sql<number>`started_at - ${hour}`,
        last_seen_at: sql<number>`last_seen_at - ${hour}`,
      })
      .execute(),
  )
  await engine.close()
}

forEachEngine((engine) => {
  it('a killed process is an outage, a stopped one is maintenance', async () => {
    const storage = await engine.open()
    const first = await startServerProcess(storage)
    const fresh = await shownBy(first.url)
    assert.deepEqual([fresh.status, fresh.uptime_percent, fresh.incidents], ['operational', 100, []])
    await first.kill()
    await anHourPasses(storage)

    const second = await startServerProcess(storage)
    const afterCrash = await shownBy(second.url)
    const [outage] = afterCrash.incidents
    assert.equal(outage?.kind, 'outage')
    assert.ok(Math.abs((outage?.duration_seconds ?? 0) - hour / 1000) < 120, JSON.stringify(outage))
    assert.ok(outage?.ended_at)
    assert.ok(afterCrash.uptime_percent < 10, String(afterCrash.uptime_percent))
    const days = afterCrash.days.filter((day) => day.downtime_seconds > 0)
    assert.ok(days.length > 0 && days.every((day) => Number(day.uptime_percent) < 100))
    assert.equal(afterCrash.days[0]?.uptime_percent, null)
    await second.stop()
    await anHourPasses(storage)

    const third = await startServerProcess(storage)
    const afterStop = await shownBy(third.url)
    assert.deepEqual(
      afterStop.incidents.map(({ kind }) => kind),
      ['maintenance', 'outage'],
    )
    const page = await fetch(`${third.url}/status`)
    assert.equal(page.status, 200)
    assert.match(await page.text(), /Outage<\/span>.*UTC/s)
    await third.stop()
  })
})
