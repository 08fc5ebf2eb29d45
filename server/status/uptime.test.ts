import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { lateAfter, percentUp, type Run, shownDays, type Uptime, uptimeOf } from './uptime.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const now = Date.UTC(2026, 10, 25, 12)

function run(from: number, to: number, ended: Run['ended'] = null): Run {
  return { startedAt: now - from, lastSeenAt: now - to, ended }
}

describe('the uptime that heartbeats tell of', () => {
  it('is unknown before the first start, and nothing is called 100 % then', () => {
    const nothing = uptimeOf([], { now })
    assert.deepEqual([nothing.measuredSince, percentUp(nothing), nothing.incidents], [null, null, []])
    assert.deepEqual(new Set(nothing.days.map(percentUp)), new Set([null]))
    const young = uptimeOf([run(30 * hour, 0)], { now })
    assert.deepEqual(young.days.slice(-3).map(percentUp), [null, 100, 100])
    assert.equal(young.days.length, shownDays)
    assert.equal(young.measured, 30 * hour)
    assert.deepEqual(
      young.days.slice(-2).map((one) => [one.date, one.measured / hour]),
      [
        ['2026-11-24', 18],
        ['2026-11-25', 12],
      ],
    )
  })

  it('tells an outage, a planned stop and a database that was out of reach apart', () => {
    const runs = [
      run(50 * hour, 40 * hour),
      run(39 * hour, 30 * hour, 'graceful'),
      run(30 * hour - minute, 20 * hour, 'database'),
      run(18 * hour, 0),
    ]
    assert.deepEqual(uptimeOf(runs, { now }).incidents, [
      { kind: 'database', startedAt: now - 20 * hour, endedAt: now - 18 * hour, duration: 2 * hour },
      {
        kind: 'maintenance',
        startedAt: now - 30 * hour,
        endedAt: now - 30 * hour + minute,
        duration: minute,
      },
      { kind: 'outage', startedAt: now - 40 * hour, endedAt: now - 39 * hour, duration: hour },
    ])
  })

  it('is up while any of several processes is', () => {
    const others = [run(9 * hour, 3 * hour, 'graceful'), run(4 * hour, 0)]
    assert.deepEqual(uptimeOf([run(10 * hour, 5 * hour), ...others], { now }).incidents, [])
  })

  it('waits for a heartbeat that is due, and no longer', () => {
    assert.deepEqual(uptimeOf([run(hour, lateAfter)], { now }).incidents, [])
    const [missing] = uptimeOf([run(hour, lateAfter + 1)], { now }).incidents
    assert.deepEqual([missing?.kind, missing?.endedAt, missing?.duration], ['outage', null, lateAfter + 1])
    const [down] = uptimeOf([run(hour, 10, 'database')], { now, isDown: true }).incidents
    assert.deepEqual([down?.kind, down?.endedAt, down?.duration], ['database', null, 10])
  })

  it('divides an incident among the days that it lasts', () => {
    const { days, down } = uptimeOf([run(5 * day, 3 * day), run(day, 0)], { now })
    assert.deepEqual(
      days.slice(-5).map((one) => one.down / hour),
      [0, 12, 24, 12, 0],
    )
    assert.equal(down, 2 * day)
    assert.equal(percentUp(days.at(-3) ?? assert.fail()), 0)
  })

  it('rounds down: one millisecond in 90 days is not 100 %', () => {
    assert.equal(percentUp({ measured: shownDays * day, down: 1 }), 99.99)
    assert.equal(percentUp({ measured: day, down: 864 * 1000 }), 99)
    assert.equal(percentUp({ measured: day, down: 864 * 1000 + 1 }), 98.99)
    assert.equal(percentUp({ measured: day, down: day }), 0)
  })
})

describe('for any heartbeats', () => {
  const tick = 10 * minute
  const reach = (120 * day) / tick
  const runs = fc
    .array(
      fc.tuple(fc.nat(reach), fc.nat(reach / 4), fc.constantFrom<Run['ended']>('graceful', 'database', null)),
      { maxLength: 12 },
    )
    .map((drawn) =>
      drawn.map(([back, length, ended]): Run => {
        const startedAt = now - back * tick
        return { startedAt, lastSeenAt: startedAt + length * tick, ended }
      }),
    )

  it('the downtime of each day is what no process covers, counted one by one', () => {
    fc.assert(
      fc.property(runs, (drawn) => {
        const { days } = uptimeOf(drawn, { now })
        const first = Math.min(...drawn.map(({ startedAt }) => startedAt))
        const expected = new Map<string, number>(days.map(({ date }) => [date, 0]))
        for (let at = Math.max(first, Date.parse(days[0]?.date ?? '')); at < now; at += tick) {
          if (drawn.some(({ startedAt, lastSeenAt }) => startedAt <= at && at < lastSeenAt)) continue
          const date = new Date(at).toISOString().slice(0, 10)
          expected.set(date, (expected.get(date) ?? 0) + tick)
        }
        assert.deepEqual(
          days.map(({ down }) => down),
          [...expected.values()],
        )
      }),
      { numRuns: 60 },
    )
  })

  it('days, incidents and percentages agree', () => {
    fc.assert(
      fc.property(runs, (drawn) => {
        const uptime = uptimeOf(drawn, { now })
        for (const one of uptime.days) {
          assert.ok(0 <= one.maintenance && one.maintenance <= one.down && one.down <= one.measured)
          assert.equal(percentUp(one) === 100, one.measured > 0 && one.down === 0)
          assert.equal(percentUp(one) === null, one.measured === 0)
        }
        const from = Date.parse(uptime.days[0]?.date ?? '')
        const lasted = uptime.incidents.map((one) => (one.endedAt ?? now) - Math.max(from, one.startedAt))
        assert.equal(
          uptime.down,
          lasted.reduce((total, one) => total + one, 0),
        )
        assert.ok(uptime.incidents.every(({ duration }) => duration > 0))
      }),
    )
  })

  it('their order does not matter, and one more process never makes it worse', () => {
    fc.assert(
      fc.property(runs, runs, (some, more) => {
        const told = ({ days, down }: Uptime) => [days, down]
        assert.deepEqual(told(uptimeOf(some.toReversed(), { now })), told(uptimeOf(some, { now })))
        const first = Math.min(...some.map(({ startedAt }) => startedAt))
        const joined = [...some, ...more.filter(({ startedAt }) => startedAt >= first)]
        assert.ok(uptimeOf(joined, { now }).down <= uptimeOf(some, { now }).down)
      }),
    )
  })
})
