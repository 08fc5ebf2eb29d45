import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, type Exchange, type Fields, listOf, problemOf } from '../../../test/api/client.ts'
import { startApi, timeZone } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'
import { writeEntry } from '../../demo/write-entries.ts'
import type { Resource } from '../../resource-layer/resource.ts'
import { accountWriter } from '../../storage/account-store.ts'
import { deals } from '../deals/deals.schema.ts'
import { processes } from '../processes/processes.schema.ts'
import { countAgain, type ReportRow, reportPaths, rowsOf } from './testing.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  /** Writes by the one write path, as if it were that time. */
  async function written(at: string, resource: Resource, fields: object, id: string | null = null) {
    const row = await server.running.engine.transaction((tx) => {
      const actor = { kind: 'system' as const, id: null }
      const writer = accountWriter(tx, server.acme.accountId, { at: Date.parse(at), actor, requestId: null })
      const entry = { kind: id === null ? ('create' as const) : ('update' as const), resource, by: null }
      return writeEntry(writer, { ...entry, id: id ?? '', fields: { ...fields } }, timeZone)
    })
    return String(row.id)
  }

  async function pipeline(name: string) {
    const { api } = server.acme
    const { id } = await api.made('/pipelines', { name })
    const stages = listOf(await api.get(`/pipelines/${id}/stages`))
    const stage = (status: string) => stages.find((known) => known.status === status)?.id ?? ''
    return { id, stage }
  }

  async function processType(name: string) {
    const { api } = server.acme
    const { id } = await api.made('/process_types', { name })
    const stages = listOf(await api.get(`/process_types/${id}/stages`))
    const stage = (status: string) => stages.find((known) => known.status === status)?.id ?? ''
    return { id, stage }
  }

  const numbersOf = (row: ReportRow | undefined, names: string) => names.split(' ').map((name) => row?.[name])
  const startOf = (row: ReportRow | undefined) => (row?.period as Fields | undefined)?.starts_on
  const ignoredBy = ({ headers }: Exchange) => (headers.get('x-ignored-params') ?? '').split(', ').toSorted()
  const outcomes = 'count open won lost past invalid value cost'

  describe('deals by stage, source and assignee', () => {
    it('count each deal once, where it stands now', async () => {
      const { api, adminId } = server.acme
      const own = await pipeline('Owners')
      const source = await api.made('/sources', { pipeline_id: own.id, name: 'Fair' })
      const common = { pipeline_id: own.id, source_id_or_name: source.id, user_id: adminId }
      await api.made('/deals', { ...common, value: '10.5', cost: 1 })
      const moved = await api.made('/deals', { ...common, value: '100.0001' })
      await api.patch(`/deals/${moved.id}`, { stage_id: own.stage('won'), user_id: null })
      await api.made('/deals', { pipeline_id: own.id, stage_id: own.stage('lost'), value: '-0.5' })
      const gone = await api.made('/deals', { ...common, value: 7 })
      await api.delete(`/deals/${gone.id}`)
      const back = await api.made('/deals', { pipeline_id: own.id, stage_id: own.stage('lead') })
      await api.delete(`/deals/${back.id}`)
      await api.post(`/deals/${back.id}/restore`)

      const stages = await rowsOf(api, `deals/by_stage?pipeline_id=${own.id}`)
      assert.deepEqual(
        stages.map(({ stage, count, value }) => [(stage as Fields).status, count, value]),
        [
          ['prospect', 1, '10.5'],
          ['lead', 1, '0.0'],
          ['won', 1, '100.0001'],
          ['lost', 1, '-0.5'],
          ['invalid', 0, '0.0'],
        ],
      )
      assert.deepEqual(stages[0]?.pipeline, { id: own.id, name: 'Owners' })
      const [fair, none, ...others] = await rowsOf(api, `deals/by_source?pipeline_id=${own.id}`)
      assert.deepEqual(others, [])
      const bySource = [fair, none].toSorted((one) => (one?.source ? -1 : 1))
      assert.deepEqual(
        bySource.map((row) => (row?.source as Fields | null)?.name),
        ['Fair', undefined],
      )
      assert.deepEqual(numbersOf(bySource[0], outcomes), [2, 1, 1, 0, 0, 0, '110.5001', '1.0'])
      assert.deepEqual(numbersOf(bySource[1], outcomes), [2, 1, 0, 1, 0, 0, '-0.5', '0.0'])
      const assignees = await rowsOf(api, `deals/by_assignee?pipeline_id=${own.id}`)
      assert.deepEqual(
        assignees.map(({ assignee, count }) => [assignee, count]),
        [
          [null, 3],
          [{ id: adminId, name: 'Ann Ash', email: server.acme.email }, 1],
        ],
      )
    })

    it('follow the deals of a stage that is deleted', async () => {
      const { api } = server.acme
      const own = await pipeline('Shrinking')
      await api.made('/deals', { pipeline_id: own.id, stage_id: own.stage('lead') })
      await api.delete(`/stages/${own.stage('lead')}?move_to_stage_id=${own.stage('won')}`)
      const rows = await rowsOf(api, `deals/by_stage?pipeline_id=${own.id}`)
      assert.deepEqual(
        rows.map(({ stage, count }) => [(stage as Fields).status, count]),
        [
          ['prospect', 0],
          ['won', 1],
          ['lost', 0],
          ['invalid', 0],
        ],
      )
      // Both the stage that is gone and the one that is there had a stay.
      const stays = await rowsOf(api, `deals/time_in_stage?pipeline_id=${own.id}`)
      assert.deepEqual(
        stays.map(({ stage, stays, left, still_there }) => [
          (stage as Fields).status,
          stays,
          left,
          still_there,
        ]),
        [
          ['prospect', 0, 0, 0],
          ['lead', 1, 1, 0],
          ['won', 1, 0, 1],
          ['lost', 0, 0, 0],
          ['invalid', 0, 0, 0],
        ],
      )
    })

    it('add up what no number of a program can hold', async () => {
      const { api } = server.acme
      const own = await pipeline('Rich')
      for (let turn = 0; turn < 12; turn++)
        await api.made('/deals', {
          pipeline_id: own.id,
          value: '99999999999.9999',
          cost: '-99999999999.9999',
        })
      const [row] = await rowsOf(api, `deals/by_stage?stage_id=${own.stage('prospect')}`)
      assert.deepEqual([row?.value, row?.cost], ['1199999999999.9988', '-1199999999999.9988'])
    })
  })

  describe('deals by period', () => {
    it('begin their days at midnight of the account, also when a day has 23 or 25 hours', async () => {
      const { api } = server.acme
      const own = await pipeline('Daily')
      // In Chicago the clock goes forward on 8 March 2026 and back on 1 November 2026.
      const times = [
        ['2026-03-08T05:59:59Z', 'the 7th'],
        ['2026-03-08T06:00:00Z', 'the 8th'],
        ['2026-03-09T04:59:59Z', 'the 8th'],
        ['2026-03-09T05:00:00Z', 'the 9th'],
        ['2026-11-01T05:00:00Z', 'the 1st'],
        ['2026-11-02T05:59:59Z', 'the 1st'],
        ['2026-11-02T06:00:00Z', 'the 2nd'],
      ] as const
      for (const [at] of times) await written(at, deals, { pipeline_id: own.id })
      const days = async (range: string) =>
        (await rowsOf(api, `deals/by_period?period=day&pipeline_id=${own.id}&${range}`)).map(
          ({ period, count }) => [...Object.values(period as object), count],
        )
      assert.deepEqual(await days('from=2026-03-07&to=2026-03-10'), [
        ['2026-03-07', '2026-03-07T06:00:00Z', '2026-03-08T06:00:00Z', 1],
        ['2026-03-08', '2026-03-08T06:00:00Z', '2026-03-09T05:00:00Z', 2],
        ['2026-03-09', '2026-03-09T05:00:00Z', '2026-03-10T05:00:00Z', 1],
      ])
      assert.deepEqual(await days('from=2026-11-01&to=2026-11-03'), [
        ['2026-11-01', '2026-11-01T05:00:00Z', '2026-11-02T06:00:00Z', 2],
        ['2026-11-02', '2026-11-02T06:00:00Z', '2026-11-03T06:00:00Z', 1],
      ])
      const starts = async (period: string, range: string) =>
        (await rowsOf(api, `deals/by_period?period=${period}&pipeline_id=${own.id}&${range}`)).map(
          ({ period: { starts_on, from } = {} as Fields, count }: ReportRow & { period?: Fields }) => [
            starts_on,
            from,
            count,
          ],
        )
      assert.deepEqual(await starts('week', 'from=2026-03-08T06:00:00Z&to=2026-03-12'), [
        ['2026-03-02', '2026-03-08T06:00:00Z', 2],
        ['2026-03-09', '2026-03-09T05:00:00Z', 1],
      ])
      assert.deepEqual(await starts('quarter', 'from=2026-02-01&to=2027-01-01'), [
        ['2026-01-01', '2026-02-01T06:00:00Z', 4],
        ['2026-04-01', '2026-04-01T05:00:00Z', 0],
        ['2026-07-01', '2026-07-01T05:00:00Z', 0],
        ['2026-10-01', '2026-10-01T05:00:00Z', 3],
      ])
      assert.deepEqual(await starts('Year', 'from=2025-01-01&to=2027-01-01'), [
        ['2025-01-01', '2025-01-01T06:00:00Z', 0],
        ['2026-01-01', '2026-01-01T06:00:00Z', 7],
      ])
      for (const period of ['day', 'week', 'month', 'quarter', 'year'])
        await countAgain(
          api,
          `deals/by_period?period=${period}&pipeline_id=${own.id}&from=2026-10-20&to=2026-11-03`,
        )
    })

    it('are the last twelve unless something else is asked for, and 400 at most', async () => {
      const { api } = server.acme
      const months = await rowsOf(api, 'deals/by_period')
      assert.equal(months.length, 12)
      const now = Temporal.Now.plainDateISO(timeZone).with({ day: 1 })
      assert.equal(startOf(months.at(-1)), now.toString())
      const upTo = await rowsOf(api, 'deals/by_period?period=day&to=2026-03-10')
      assert.deepEqual([upTo[0], upTo.at(-1)].map(startOf), ['2026-02-26', '2026-03-09'])
      const days = 'deals/by_period?period=day&from=2025-01-01&to='
      const most = await api.get(`/reports/${days}2026-02-05&page=2`)
      assert.deepEqual([listOf(most).length, (most.body as { meta: Fields }).meta.total_count], [200, 400])
      problemOf(await api.get(`/reports/${days}2026-02-06`), 400, 'too_many_periods')
      problemOf(await api.get('/reports/deals/by_period?period=day&from=0001-01-01'), 400, 'too_many_periods')
    })
  })

  describe('time in stage', () => {
    it('is the average, the median and the 90th percentile of the stays that have ended', async () => {
      const { api } = server.acme
      const own = await pipeline('Timed')
      const start = Date.parse('2026-05-01T12:00:00Z')
      const iso = (seconds: number) => new Date(start + seconds * 1000).toISOString()
      for (const seconds of [10, 20, 30, 40, 1_000]) {
        const id = await written(iso(0), deals, { pipeline_id: own.id })
        await written(iso(seconds), deals, { stage_id: own.stage('lead') }, id)
      }
      await written('2026-06-01T12:00:00Z', deals, { pipeline_id: own.id })
      const report = `deals/time_in_stage?pipeline_id=${own.id}`
      const numbers = 'stays left still_there average_seconds median_seconds p90_seconds'
      const [first, second, third] = await rowsOf(api, report)
      assert.deepEqual(numbersOf(first, numbers), [6, 5, 1, 220, 30, 1_000])
      assert.deepEqual(numbersOf(second, numbers), [5, 0, 5, null, null, null])
      assert.deepEqual(numbersOf(third, numbers), [0, 0, 0, null, null, null])
      const [may] = await rowsOf(api, `${report}&from=2026-05-01&to=2026-06-01`)
      assert.deepEqual(numbersOf(may, numbers), [5, 5, 0, 220, 30, 1_000])
      await countAgain(api, report)
      await countAgain(api, `${report}&from=2026-05-01&to=2026-06-01`)
      const all = await rowsOf(api, 'processes/time_in_stage')
      assert.ok(all.every(({ process_type }) => process_type !== undefined))
    })
  })

  describe('processes by type and period', () => {
    it('tell what was started, completed and canceled, in time and in what time', async () => {
      const { api } = server.acme
      const type = await processType('Renewals')
      const make = async (at: string, due_at: string | null, end?: [string, string]) => {
        const id = await written(at, processes, { process_type_id: type.id, due_at })
        if (end) await written(end[0], processes, { stage_id: type.stage(end[1]) }, id)
        return id
      }
      await make('2026-04-10T12:00:00Z', '2026-04-20T12:00:00Z', ['2026-04-20T12:00:00.900Z', 'completed'])
      await make('2026-04-10T12:00:00Z', '2026-04-20T12:00:00Z', ['2026-05-02T12:00:00Z', 'completed'])
      await make('2026-04-11T12:00:00Z', null, ['2026-04-12T12:00:00Z', 'completed'])
      await make('2026-04-12T12:00:00Z', '2026-04-13T12:00:00Z')
      await make('2026-05-10T12:00:00Z', '2999-01-01T00:00:00Z', ['2026-05-11T12:00:00Z', 'canceled'])
      await make('2026-05-10T12:00:00Z', '2999-01-01T00:00:00Z')
      const reopened = await make('2026-05-10T12:00:00Z', null, ['2026-05-11T12:00:00Z', 'completed'])
      await written('2026-05-12T12:00:00Z', processes, { stage_id: type.stage('working') }, reopened)
      const gone = await make('2026-05-10T12:00:00Z', null, ['2026-05-11T12:00:00Z', 'completed'])
      await api.delete(`/processes/${gone}`)

      const names =
        'started open overdue completed completed_on_time completed_late completed_without_due_at canceled average_time_to_close median_time_to_close p90_time_to_close'
      const day = 86_400
      const [row] = await rowsOf(api, `processes/by_type?process_type_id=${type.id}`)
      assert.deepEqual(row?.process_type, { id: type.id, name: 'Renewals' })
      assert.deepEqual(numbersOf(row, names), [7, 3, 1, 3, 1, 1, 1, 1, 11 * day, 10 * day, 22 * day])
      const months = await rowsOf(
        api,
        `processes/by_period?process_type_id=${type.id}&from=2026-04-01&to=2026-07-01`,
      )
      assert.deepEqual(
        months.map((month) => numbersOf(month, names)),
        [
          [4, 1, 1, 2, 1, 0, 1, 0, 5.5 * day, day, 10 * day],
          [3, 2, 0, 1, 0, 1, 0, 1, 22 * day, 22 * day, 22 * day],
          [0, 0, 0, 0, 0, 0, 0, 0, null, null, null],
        ],
      )
      await countAgain(api, `processes/by_type?process_type_id=${type.id}&from=2026-04-01&to=2026-05-01`)
      const [read] = listOf(await api.get(`/processes?process_type_id=${type.id}&on_time=true`))
      assert.equal(read?.time_to_close, 10 * day)
      assert.equal(dataOf(await api.get(`/processes/${reopened}`)).time_to_close, null)
    })
  })

  describe('tasks on time', () => {
    it('are those done by their due time, to the second', async () => {
      const { api, adminId } = server.acme
      const type = await processType('Inspections')
      const process = await api.made('/processes', { process_type_id: type.id, user_id: adminId })
      const other = await server.addMember('otis@example.com')
      const make = (fields: object) => api.made(`/processes/${process.id}/tasks`, fields)
      const due_at = '2026-03-08T08:00:00Z'
      await make({ due_at, completed_at: '2026-03-08T08:00:00.999Z' })
      await make({ due_at, completed_at: '2026-03-01T00:00:00Z' })
      await make({ due_at, completed_at: '2026-03-08T08:00:01Z' })
      await make({ due_at, skipped: true })
      await make({ due_at })
      await make({ due_at: '2999-01-01T00:00:00Z' })
      await make({})
      const gone = await make({ due_at, completed_at: due_at })
      await api.delete(`/tasks/${gone.id}`)
      const reassigned = await make({ due_at: '2026-03-10T05:00:00Z', completed_at: due_at })
      await api.patch(`/tasks/${reassigned.id}`, { user_id: other })

      const names = 'due on_time late overdue upcoming skipped without_due_at'
      const [row, ...others] = await rowsOf(api, `tasks/by_process_type?process_type_id=${type.id}`)
      assert.deepEqual(others, [])
      assert.deepEqual(numbersOf(row, names), [7, 3, 1, 1, 1, 1, 1])
      const people = await rowsOf(api, `tasks/by_assignee?process_type_id=${type.id}`)
      assert.deepEqual(
        people.map((person) => [(person.assignee as Fields).id, ...numbersOf(person, names)]),
        [
          [adminId, 6, 2, 1, 1, 1, 1, 1],
          [other, 1, 1, 0, 0, 0, 0, 0],
        ],
      )
      const range = 'period=day&from=2026-03-07&to=2026-03-10'
      const days = await rowsOf(api, `tasks/by_period?process_type_id=${type.id}&${range}`)
      assert.deepEqual(
        days.map((day) => numbersOf(day, names)),
        [
          [0, 0, 0, 0, 0, 0, 0],
          [5, 2, 1, 1, 0, 1, 0],
          // The one of the 10th is due at its first moment.
          [0, 0, 0, 0, 0, 0, 0],
        ],
      )
      await countAgain(api, `tasks/by_assignee?process_type_id=${type.id}&from=2026-03-01`)
      await countAgain(api, `tasks/by_process_type?process_id=${process.id}&to=2026-03-10`)
    })

    it('without a process or an assignee are a group of their own', async () => {
      const { api } = server.acme
      const name = 'Loose'
      await api.made('/tasks', { name, due_at: '2026-03-08T08:00:00Z' })
      for (const [path, key] of [
        ['tasks/by_assignee', 'assignee'],
        ['tasks/by_process_type', 'process_type'],
      ] as const) {
        const [row, ...others] = await rowsOf(api, `${path}?name=${name}`)
        assert.deepEqual([row?.[key], row?.due, others], [null, 1, []])
        await countAgain(api, `${path}?name=${name}`)
      }
    })
  })

  describe('every report', () => {
    it('is empty in an account without records, and sees none of another account', async () => {
      const { api } = server.other
      for (const path of reportPaths) {
        const rows = await rowsOf(api, path)
        const numbers = rows.flatMap((row) => Object.values(row).filter((value) => typeof value === 'number'))
        assert.ok(
          numbers.every((number) => number === 0),
          path,
        )
      }
      const own = await pipeline('Ours')
      await server.acme.api.made('/deals', { pipeline_id: own.id })
      for (const path of ['deals/by_source', 'deals/by_assignee', 'deals/by_stage'])
        assert.deepEqual(await rowsOf(api, `${path}?pipeline_id=${own.id}&stage_id=${own.stage('lead')}`), [])
    })

    it('takes the filters of its list, and refuses what is none', async () => {
      const { api } = server.acme
      for (const path of reportPaths) {
        for (const query of [
          'from=yesterday',
          'to=2026-02-30',
          'from=2026-03-01&to=2026-03-01',
          'from=2026-03-01&to=2025-03-01',
          'from=0000-01-01',
          'from=9999-12-31',
          'from[]=2026-03-01',
          'page=0',
          'per_page=x',
          'updated_since=x',
          'id=x',
        ])
          problemOf(await api.get(`/reports/${path}?${query}`), 400, 'invalid_parameter')
        const answer = await api.get(`/reports/${path}?colour=red&include_deleted=true&order_field=id`)
        assert.deepEqual(ignoredBy(answer), ['colour', 'include_deleted', 'order_field'], path)
      }
      for (const query of ['period=fortnight', 'period[]=day', 'pipeline_id=x', 'source_id=none,any'])
        problemOf(await api.get(`/reports/deals/by_period?${query}`), 400, 'invalid_parameter')
      const others = await api.get('/reports/deals/by_stage?period=day&status=open&created_at=2026')
      assert.deepEqual(ignoredBy(others), ['created_at', 'period', 'status'])
      problemOf(await api.post('/reports/deals/by_stage', {}), 405, 'method_not_allowed')
      problemOf(await server.client().get('/reports/deals/by_stage'), 401, 'invalid_access_token')
    })

    it('comes in pages, and counts its rows as records', async () => {
      const { api } = server.acme
      const all = await rowsOf(api, 'deals/by_stage')
      const page = await api.get('/reports/deals/by_stage?per_page=2&page=2')
      assert.deepEqual(listOf(page), all.slice(2, 4))
      const { meta } = page.body as { meta: Record<string, unknown> }
      assert.deepEqual(
        [meta.page_number, meta.total_count, meta.per_page, meta.has_more, meta.time_zone],
        [2, all.length, 2, true, timeZone],
      )
      assert.match(page.headers.get('link') ?? '', /rel="first"/)
      await server.other.api.made('/pipelines', { name: 'Counted' })
      await server.setBudgets(server.other, 1_000_000, 4)
      assert.equal((await server.other.api.get('/reports/deals/by_stage')).status, 200)
      problemOf(await server.other.api.get('/reports/deals/by_stage'), 429, 'rate_limited')
    })
  })
})
