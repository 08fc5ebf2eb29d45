import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { dataOf, type Fields, ids, listOf, problemOf } from '../../../test/api/client.ts'
import { type ApiServer, startApi } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'
import { stageStayBackFill } from '../../storage/migrations/0011-stage-stays.ts'
import { statements } from '../../storage/migrations/statements.ts'

type Stay = Fields & {
  deal: Fields | null
  process: Fields | null
  stage: Fields
  entered_at: string
  left_at: string | null
  seconds: number | null
}

forEachEngine((engine) => {
  const server = startApi(engine)

  async function pipeline() {
    const { api } = server.acme
    const { id } = await api.made('/pipelines', { name: 'Owners' })
    const stages = ids(listOf(await api.get(`/pipelines/${id}/stages`)))
    return { id, stage: (at: number) => stages[at] ?? '' }
  }

  async function staysOf(query: string): Promise<Stay[]> {
    return (await server.acme.api.all(`/stage_stays?${query}`)) as Stay[]
  }

  const stagesIn = (stays: Stay[]) => stays.map(({ stage }) => stage.id)

  describe('stage stays', () => {
    it('begin with a deal and with every change of its stage', async () => {
      const { api } = server.acme
      const [from, to] = [await pipeline(), await pipeline()]
      const deal = await api.made('/deals', { pipeline_id: from.id, name: 'Alder Court' })
      await api.patch(`/deals/${deal.id}`, { stage_id: from.stage(1), comments: 'Called.' })
      await api.patch(`/deals/${deal.id}`, { comments: 'Called again.' })
      await api.patch(`/deals/${deal.id}`, { stage_id: from.stage(1) })
      await api.put(`/deals/${deal.id}`, { pipeline_id: to.id })
      const stays = await staysOf(`deal_id=${deal.id}`)
      assert.deepEqual(stagesIn(stays), [from.stage(0), from.stage(1), to.stage(0)])
      for (const [at, stay] of stays.entries()) {
        assert.deepEqual([stay.deal, stay.process], [{ id: deal.id, name: 'Alder Court' }, null])
        assert.equal(stay.left_at, stays[at + 1]?.entered_at ?? null)
        assert.equal(stay.seconds === null, stay.left_at === null)
      }
      assert.deepEqual(dataOf(await api.get(`/stage_stays/${stays[0]?.id}`)), stays[0])
    })

    it('of a stage that is deleted end where its deals and processes move to', async () => {
      const { api } = server.acme
      const own = await pipeline()
      const deal = await api.made('/deals', { pipeline_id: own.id, stage_id: own.stage(1) })
      await api.delete(`/stages/${own.stage(1)}?move_to_stage_id=${own.stage(2)}`)
      assert.deepEqual(stagesIn(await staysOf(`deal_id=${deal.id}`)), [own.stage(1), own.stage(2)])
      const type = await api.made('/process_types', { name: 'Renewals' })
      const [backlog, working] = ids(listOf(await api.get(`/process_types/${type.id}/stages`)))
      const process = await api.made('/processes', { process_type_id: type.id })
      await api.patch(`/process_stages/${backlog}`, { status: 'working' })
      await api.delete(`/process_stages/${backlog}?move_to_stage_id=${working}`)
      const stays = await staysOf(`process_id=${process.id}`)
      assert.deepEqual(stagesIn(stays), [backlog, working])
      assert.deepEqual(
        stays.map(({ stage }) => [stage.name, stage.status]),
        [
          ['Backlog', 'working'],
          ['In progress', 'working'],
        ],
      )
    })

    it('go with their record and come back with it', async () => {
      const { api } = server.acme
      const own = await pipeline()
      const deal = await api.made('/deals', { pipeline_id: own.id })
      await api.patch(`/deals/${deal.id}`, { stage_id: own.stage(1) })
      const before = await staysOf(`deal_id=${deal.id}`)
      await api.delete(`/deals/${deal.id}`)
      assert.deepEqual(await staysOf(`deal_id=${deal.id}`), [])
      problemOf(await api.get(`/stage_stays/${before[0]?.id}`), 404, 'not_found')
      const gone = await staysOf(`deal_id=${deal.id}&include_deleted=true`)
      assert.deepEqual(ids(gone), ids(before))
      for (const { deleted_at } of gone) assert.notEqual(deleted_at, null)
      await api.post(`/deals/${deal.id}/restore`)
      const back = await staysOf(`deal_id=${deal.id}`)
      assert.deepEqual(
        back.map((stay) => ({ ...stay, updated_at: '' })),
        before.map((stay) => ({ ...stay, updated_at: '' })),
      )
    })

    it('follow one another when one transaction makes several', async () => {
      const { api } = server.acme
      const own = await pipeline()
      const deal = await api.made('/deals', { pipeline_id: own.id })
      const move = (stage_id: string) => ({ method: 'PATCH', path: `/deals/${deal.id}`, body: { stage_id } })
      const operations = [move(own.stage(1)), move(own.stage(2)), move(own.stage(1))]
      assert.equal((await api.post('/batch', { operations, atomic: true })).status, 200)
      const wanted = [own.stage(0), own.stage(1), own.stage(2), own.stage(1)]
      const stays = await staysOf(`deal_id=${deal.id}`)
      assert.deepEqual(stagesIn(stays), wanted)
      assert.deepEqual(
        stays.map(({ left_at }) => left_at === null),
        [false, false, false, true],
      )
      const history = listOf(await api.get(`/deals/${deal.id}/history`)) as unknown as { stage: Fields }[]
      assert.deepEqual(
        history.map(({ stage }) => stage.id),
        wanted,
      )
    })

    it('are found by what they are of, by when they were, and by whether they go on', async () => {
      const { api } = server.acme
      const own = await pipeline()
      const deal = await api.made('/deals', { pipeline_id: own.id, name: 'Quincewood' })
      await api.patch(`/deals/${deal.id}`, { stage_id: own.stage(1) })
      const [first, second] = await staysOf(`deal_id=${deal.id}`)
      const found = async (query: string) => ids(await staysOf(`pipeline_id=${own.id}&${query}`))
      const both = [first?.id, second?.id]
      assert.deepEqual(await found('deal_id=any'), both)
      assert.deepEqual(await found('deal_id=none'), [])
      assert.deepEqual(await found('search=quincewood'), both)
      assert.deepEqual(await found(`stage_id=${own.stage(1)}`), [second?.id])
      assert.deepEqual(await found('open=true'), [second?.id])
      assert.deepEqual(await found('open=false'), [first?.id])
      assert.deepEqual(await found('left_at=none'), [second?.id])
      assert.deepEqual(await found('left_at=any'), [first?.id])
      assert.deepEqual(await found(`left_at[gte]=${first?.left_at}`), [first?.id])
      assert.deepEqual(await found(`entered_at[gte]=${first?.entered_at}`), both)
      assert.deepEqual(await found(`entered_at[lt]=${first?.entered_at}`), [])
      assert.deepEqual(await found('seconds[gte]=0'), [first?.id])
      assert.deepEqual(await found('order_field=seconds&order_direction=desc'), both)
      problemOf(await api.get('/stage_stays?left_at=none,any'), 400, 'invalid_parameter')
      problemOf(await api.get('/stage_stays?process_type_id=x'), 400, 'invalid_parameter')
      const type = await api.made('/process_types', { name: 'Inspections' })
      const process = await api.made('/processes', { process_type_id: type.id })
      const [stay] = await staysOf(`process_type_id=${type.id}`)
      assert.deepEqual(stay?.process, { id: process.id, name: 'Inspections' })
    })

    it('cannot be written', async () => {
      const [stay] = await staysOf('open=true')
      const path = `/stage_stays/${stay?.id}`
      problemOf(await server.acme.api.post('/stage_stays', {}), 405, 'method_not_allowed')
      problemOf(await server.acme.api.patch(path, { seconds: 1 }), 405, 'method_not_allowed')
      problemOf(await server.acme.api.delete(path), 405, 'method_not_allowed')
    })

    it('of all that was written before come out of the change log as they were kept', async () => {
      const { api } = server.acme
      const gone = await api.made('/deals', { pipeline_id: (await pipeline()).id })
      await api.delete(`/deals/${gone.id}`)
      const type = await api.made('/process_types', { name: 'Move Ins' })
      const stages = listOf(await api.get(`/process_types/${type.id}/stages`))
      const completed = stages.find(({ status }) => status === 'completed')
      const { id } = await api.made('/processes', { process_type_id: type.id })
      await api.patch(`/processes/${id}`, { stage_id: completed?.id })
      const before = await facts(server)
      assert.ok(before.stays.length > 15)
      assert.ok(before.stays.some(({ is_deleted }) => Number(is_deleted) === 1))
      assert.ok(before.durations.some(({ time_to_close }) => time_to_close !== null))
      const { engine: storage } = server.running
      const database = storage.writer as unknown as Kysely<unknown>
      await sql`delete from stage_stays`.execute(database)
      await sql`update processes set time_to_close = null`.execute(database)
      for (const statement of statements(stageStayBackFill, storage.dialect))
        await sql.raw(statement).execute(database)
      assert.deepEqual(await facts(server), before)
    })
  })
})

/** What the stays of every account say, but for their own ids and times of writing. */
async function facts({ running }: ApiServer) {
  const stays = await sql<Record<string, unknown>>`
    select account_id, deal_id, process_id, stage_id, entered_at, left_at, seconds,
      case when deleted_at is null then 0 else 1 end as is_deleted
    from stage_stays order by deal_id, process_id, entered_at, id`.execute(running.engine.reader)
  const durations = await sql<Record<string, unknown>>`
    select id, time_to_close from processes order by id`.execute(running.engine.reader)
  const plain = (rows: Record<string, unknown>[]) => rows.map((row) => ({ ...row }))
  return { stays: plain(stays.rows), durations: plain(durations.rows) }
}
