import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, type Fields, ids, listOf, problemOf } from '../../../test/api/client.ts'
import { startApi, timeZone } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  async function newProcess(fields: object = {}) {
    const { api } = server.acme
    const type = await api.made('/process_types', { name: 'Move Outs' })
    const stages = listOf(await api.get(`/process_types/${type.id}/stages`))
    const process = await api.made('/processes', { process_type_id: type.id, ...fields })
    return { type, stages, process }
  }

  describe('tasks', () => {
    it('show what they are part of', async () => {
      const { api, adminId, email } = server.acme
      const { type, stages, process } = await newProcess({ user_id: adminId })
      const step = await api.made(`/process_types/${type.id}/stages/${stages[0]?.id}/steps`, {
        kind: 'call',
        description: 'Ask for the keys.',
        delay_minutes: 90,
      })
      const task = await api.made('/tasks', { task: { process_id: process.id, step_id: step.id } })
      assert.equal(
        Object.keys(task).join(' '),
        'id kind description name skipped auto_send auto_send_error due_at completed_at process deal assignee step created_at updated_at',
      )
      assert.deepEqual([task.kind, task.description], ['call', 'Ask for the keys.'])
      assert.deepEqual(task.process, {
        id: process.id,
        name: process.name,
        process_type_id: type.id,
        process_type: { id: type.id, name: 'Move Outs', link: type.link },
        created_at: process.created_at,
        stage: process.stage,
      })
      assert.deepEqual(task.assignee, { id: adminId, name: 'Ann Ash', email })
      assert.deepEqual(task.step, {
        id: step.id,
        kind: 'call',
        description: 'Ask for the keys.',
        delay_minutes: 90,
      })
      const pipeline = await api.made('/pipelines', { name: 'Owners' })
      const deal = await api.made('/deals', { pipeline_id: pipeline.id })
      const other = await api.made(`/deals/${deal.id}/tasks`, { kind: 'sms', auto_send: true })
      assert.deepEqual(other.deal, {
        id: deal.id,
        name: deal.name,
        pipeline: deal.pipeline,
        stage: deal.stage,
      })
      assert.deepEqual([other.process, other.step, other.assignee, other.auto_send], [null, null, null, true])
    })

    it('are completed, skipped and reopened, each as often as one likes', async () => {
      const { api } = server.acme
      const { id } = await api.made('/tasks', { description: 'Sweep.' })
      const act = async (verb: string) => dataOf(await api.post(`/tasks/${id}/${verb}`))
      const done = await act('complete')
      assert.deepEqual([done.skipped, typeof done.completed_at], [false, 'string'])
      assert.deepEqual(await act('complete'), done)
      const open = await act('reopen')
      assert.deepEqual([open.skipped, open.completed_at], [false, null])
      const skipped = await act('skip')
      assert.deepEqual([skipped.skipped, typeof skipped.completed_at], [true, 'string'])
      assert.deepEqual(await act('skip'), skipped)
      assert.equal((await act('complete')).skipped, false)
      const written = dataOf(await api.patch(`/tasks/${id}`, { completed_at: null }))
      assert.equal(written.completed_at, null)
      const over = dataOf(await api.patch(`/tasks/${id}`, { skipped: 'true' }))
      assert.equal(typeof over.completed_at, 'string')
      assert.deepEqual(
        [
          dataOf(await api.patch(`/tasks/${id}`, { completed_at: null })).skipped,
          (await act('reopen')).skipped,
        ],
        [false, false],
      )
      problemOf(await api.post(`/tasks/${server.acme.adminId}/complete`), 404, 'not_found')
      const stale = await api.post(`/tasks/${id}/complete`, undefined, { 'if-match': 'W/"1-x"' })
      problemOf(stale, 412, 'precondition_failed')
    })

    it('are found by when they are due, in the days of the account', async () => {
      const { api } = server.acme
      const { process } = await newProcess()
      const today = Temporal.Now.zonedDateTimeISO(timeZone).startOfDay()
      const at = (moment: Temporal.ZonedDateTime) => new Date(moment.epochMilliseconds).toISOString()
      const due = {
        yesterday: at(today.subtract({ seconds: 1 })),
        first: at(today),
        last: at(today.add({ days: 1 }).subtract({ seconds: 1 })),
        tomorrow: at(today.add({ days: 1 })),
        never: null,
      }
      for (const [name, due_at] of Object.entries(due))
        await api.made(`/processes/${process.id}/tasks`, { name, due_at })
      const old = { name: 'done', due_at: due.yesterday, completed_at: due.yesterday }
      await api.made(`/processes/${process.id}/tasks`, old)
      const found = async (query: string) =>
        listOf(await api.get(`/tasks?process_id=${process.id}&${query}`)).map(({ name }) => name)
      assert.deepEqual(await found('due_type=overdue'), ['yesterday'])
      assert.deepEqual(await found('due_type=today'), ['first', 'last'])
      assert.deepEqual(await found('due_type=upcoming'), ['tomorrow'])
      assert.deepEqual(await found('due_type=completed'), ['done'])
      assert.deepEqual(await found('completed=true'), ['done'])
      assert.equal((await found('completed=false')).length, 5)
      assert.deepEqual(await found('completed_at[gte]=2020-01-01'), ['done'])
      for (const wrong of ['due_type=soon', 'completed=perhaps', 'skipped=perhaps'])
        problemOf(await api.get(`/tasks?${wrong}`), 400, 'invalid_parameter')
    })

    it('are found by process, type, deal, step, kind, person and words', async () => {
      const { api, adminId } = server.acme
      const { type, stages, process } = await newProcess()
      const path = `/process_types/${type.id}/stages/${stages[0]?.id}/steps`
      const [one, two] = [await api.made(path, {}), await api.made(path, {})]
      const pipeline = await api.made('/pipelines', { name: 'Owners' })
      const deal = await api.made('/deals', { pipeline_id: pipeline.id })
      const a = await api.made('/tasks', { process_id: process.id, step_id: one.id, kind: 'meet' })
      const b = await api.made('/tasks', {
        deal_id: deal.id,
        step_id: two.id,
        user_id: adminId,
        skipped: true,
      })
      const c = await api.made('/tasks', { process_id: process.id, description: 'Zamboni keys' })
      const found = async (query: string) => ids(listOf(await api.get(`/tasks?${query}`)))
      assert.deepEqual(await found(`process_id=${process.id}`), [a.id, c.id])
      assert.deepEqual(await found(`process_type_id=${type.id}`), [a.id, c.id])
      assert.deepEqual(await found(`deal_id=${deal.id}`), [b.id])
      assert.deepEqual(await found(`step_ids[]=${one.id}&step_ids[]=${two.id}`), [a.id, b.id])
      assert.deepEqual(await found(`step_id=${two.id}`), [b.id])
      assert.deepEqual(await found(`kind=meet&process_id=${process.id}`), [a.id])
      assert.deepEqual(await found(`assignee_id=${adminId}&deal_id=${deal.id}&skipped=true`), [b.id])
      assert.deepEqual(await found('search=zamboni'), [c.id])
      assert.deepEqual(ids(listOf(await api.get(`/deals/${deal.id}/tasks`))), [b.id])
    })

    it('give deals their next one: the first that is due, then the oldest', async () => {
      const { api } = server.acme
      const pipeline = await api.made('/pipelines', { name: 'Owners' })
      const { id, ...fresh } = await api.made('/deals', { pipeline_id: pipeline.id })
      assert.deepEqual([fresh.next_task_kind, fresh.next_task_due_at], [null, null])
      const next = async () => {
        const deal = dataOf(await api.get(`/deals/${id}`))
        return [deal.next_task_kind, deal.next_task_due_at]
      }
      const task = (kind: string, due_at?: string) =>
        api.made(`/deals/${id}/tasks`, { kind, due_at: due_at ?? null })
      await task('todo')
      await task('meet')
      assert.deepEqual(await next(), ['todo', null])
      await task('email', '2030-05-02T00:00:00Z')
      const first = await task('call', '2030-05-01T00:00:00Z')
      assert.deepEqual(await next(), ['call', '2030-05-01T00:00:00Z'])
      await api.post(`/tasks/${first.id}/complete`)
      assert.deepEqual(await next(), ['email', '2030-05-02T00:00:00Z'])
    })

    it('go with their process or deal while they are open, and come back with it', async () => {
      const { api } = server.acme
      const { process } = await newProcess()
      const pipeline = await api.made('/pipelines', { name: 'Owners' })
      const deal = await api.made('/deals', { pipeline_id: pipeline.id })
      for (const parent of [`/processes/${process.id}`, `/deals/${deal.id}`]) {
        const [open, done, gone] = [
          await api.made(`${parent}/tasks`, { name: 'open' }),
          await api.made(`${parent}/tasks`, { name: 'done', completed_at: '2026-01-01' }),
          await api.made(`${parent}/tasks`, { name: 'gone' }),
        ]
        await api.delete(`/tasks/${gone.id}`)
        await api.delete(parent)
        problemOf(await api.get(`/tasks/${open.id}`), 404, 'not_found')
        problemOf(await api.post(`/tasks/${open.id}/restore`), 409, 'parent_deleted')
        assert.equal((await api.get(`/tasks/${done.id}`)).status, 200)
        await api.post(`${parent}/restore`)
        assert.deepEqual(ids(listOf(await api.get(`${parent}/tasks`))), [open.id, done.id])
      }
    })

    it('and processes have notes', async () => {
      const { api } = server.acme
      const { process } = await newProcess()
      const task = await api.made('/tasks', {})
      for (const [parent_type, parent, path] of [
        ['Process', process, 'processes'],
        ['Task', task, 'tasks'],
      ] as const) {
        const note = { parent_type, parent_id: parent.id, description: 'Heard.' }
        const { id } = await api.made('/notes', note)
        assert.deepEqual(ids(listOf(await api.get(`/${path}/${parent.id}/notes`))), [id])
      }
    })
  })

  describe('property groups', () => {
    it('have properties, which show them when they are asked for, after unit_count', async () => {
      const { api } = server.acme
      const group = await api.made('/property_groups', { name: 'North side' })
      const body = { address: '5 Ash Row', property_group_id: group.id }
      const property = await api.made('/properties', body)
      await api.made('/properties', { address: '6 Ash Row' })
      assert.ok(!('property_groups' in property))
      const one = `/properties/${property.id}`
      const read = dataOf(await api.get(`${one}?include_property_groups=true`))
      assert.deepEqual(read.property_groups, [{ id: group.id, name: 'North side' }])
      const keys = Object.keys(read)
      assert.deepEqual(keys.slice(keys.indexOf('unit_count')).slice(0, 3), [
        'unit_count',
        'property_groups',
        'unit',
      ])
      for (const list of [
        `/properties?property_group_id=${group.id}`,
        `/property_groups/${group.id}/properties`,
      ])
        assert.deepEqual(ids(listOf(await api.get(list))), [property.id])
      assert.equal(dataOf(await api.get(`/property_groups/${group.id}`)).property_count, 1)
      await api.delete(`/property_groups/${group.id}`)
      const groups = async () =>
        dataOf(await api.get(`${one}?include_property_groups=1`)).property_groups as Fields[]
      assert.deepEqual(await groups(), [])
      await api.post(`/property_groups/${group.id}/restore`)
      assert.deepEqual(ids(await groups()), [group.id])
      await api.patch(one, { property_group_id: null })
      assert.deepEqual(await groups(), [])
      problemOf(await api.patch(one, { property_group_id: one }), 400, 'unknown_property_group')
    })
  })
})
