import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Client, dataOf, type Fields, ids, listOf, problemOf } from '../../../test/api/client.ts'
import { startApi } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  /** A process type with its stages by status. */
  async function newType(api: Client, fields: object = {}) {
    const type = await api.made('/process_types', { name: 'Lease Renewals', ...fields })
    const stages = listOf(await api.get(`/process_types/${type.id}/stages`))
    const stage = (status: string) => stages.find((known) => known.status === status)?.id ?? ''
    return { id: type.id, path: `/process_types/${type.id}`, stages, stage }
  }

  describe('process types', () => {
    it('start with a stage of each kind', async () => {
      const { stages } = await newType(server.acme.api)
      assert.deepEqual(
        stages.map(({ name, status, position }) => [name, status, position]),
        [
          ['Backlog', 'backlog', 0],
          ['In progress', 'working', 1],
          ['Completed', 'completed', 2],
          ['Canceled', 'canceled', 3],
        ],
      )
    })

    it('stay while they have processes, and take all that makes them up along', async () => {
      const { api } = server.acme
      const type = await newType(api)
      const step = await api.made(`${type.path}/stages/${type.stage('working')}/steps`, { kind: 'call' })
      const role = await api.made(`${type.path}/contact_roles`, { name: 'Tenant' })
      const field = await api.made(`${type.path}/custom_fields`, { label: 'Offer', data_type: 'currency' })
      const process = await api.made('/processes', { process: { process_type_id: type.id } })
      problemOf(await api.delete(type.path), 409, 'process_type_in_use')
      await api.delete(`/processes/${process.id}`)
      assert.equal((await api.delete(type.path)).status, 204)
      const parts = [
        `/process_stages/${type.stage('working')}`,
        `/steps/${step.id}`,
        `/contact_roles/${role.id}`,
        `/custom_fields/${field.id}`,
      ]
      for (const path of parts) problemOf(await api.get(path), 404, 'not_found')
      for (const path of parts) problemOf(await api.post(`${path}/restore`), 409, 'parent_deleted')
      problemOf(await api.post(`/processes/${process.id}/restore`), 409, 'parent_deleted')
      assert.equal((await api.post(`${type.path}/restore`)).status, 200)
      for (const path of parts) assert.equal((await api.get(path)).status, 200)
      assert.equal((await api.post(`/processes/${process.id}/restore`)).status, 200)
    })

    it('keep their stages apart from those of pipelines', async () => {
      const { api } = server.acme
      const type = await newType(api)
      const pipeline = await api.made('/pipelines', { name: 'Owners' })
      const [theirs] = listOf(await api.get(`/pipelines/${pipeline.id}/stages`))
      problemOf(await api.get(`${type.path}/stages/${theirs?.id}`), 404, 'not_found')
      problemOf(await api.get(`/stages/${type.stage('working')}`), 404, 'not_found')
      const body = { process_type_id: type.id, stage_id: theirs?.id }
      problemOf(await api.post('/processes', body), 400, 'unknown_stage')
    })

    it('have steps under their stages, in order, at both paths', async () => {
      const { api } = server.acme
      const [type, other] = [await newType(api), await newType(api)]
      const path = `${type.path}/stages/${type.stage('working')}/steps`
      const first = await api.made(path, { kind: 'email', description: 'Write.', delay_minutes: 60 })
      const second = await api.made(path, { kind: 'change_stage' })
      assert.deepEqual([first.position, second.position], [0, 1])
      await api.patch(`${path}/${first.id}`, { position: 7 })
      assert.deepEqual(ids(listOf(await api.get(path))), [second.id, first.id])
      assert.deepEqual(ids(listOf(await api.get(`/steps?process_type_id=${type.id}`))), [second.id, first.id])
      const wrong = `${other.path}/stages/${type.stage('working')}/steps`
      problemOf(await api.get(wrong), 404, 'not_found')
      problemOf(await api.post(wrong, { kind: 'call' }), 404, 'not_found')
      problemOf(
        await api.get(`${type.path}/stages/${type.stage('backlog')}/steps/${first.id}`),
        404,
        'not_found',
      )
      problemOf(await api.post(path, { kind: 'dance' }), 400, 'invalid_field')
    })

    it('have each role key once', async () => {
      const { api } = server.acme
      const [type, other] = [await newType(api), await newType(api)]
      const made = await api.made(`${type.path}/assignee_roles`, { name: 'Leasing Agent' })
      assert.equal(made.key, 'leasing_agent')
      problemOf(
        await api.post(`${type.path}/assignee_roles`, { name: 'Leasing agent' }),
        409,
        'already_exists',
      )
      await api.made(`${other.path}/assignee_roles`, { name: 'Leasing agent' })
      await api.delete(`/assignee_roles/${made.id}`)
      await api.made(`${type.path}/assignee_roles`, { name: 'Leasing agent' })
      problemOf(await api.post(`/assignee_roles/${made.id}/restore`), 409, 'already_exists')
    })
  })

  describe('processes', () => {
    it('read as the contract says', async () => {
      const { api } = server.acme
      const type = await newType(api)
      const read = await api.made('/processes', { process: { process_type_id: type.id } })
      assert.equal(
        Object.keys(read).join(' '),
        'id name process_type_id process_type stage user closed_at due_at time_to_close comments tags properties contact_roles assignee_roles created_at updated_at link',
      )
      assert.deepEqual(read.process_type, {
        id: type.id,
        name: 'Lease Renewals',
        link: `${server.url}/process_types/${type.id}`,
      })
      assert.deepEqual(read.stage, { id: type.stage('backlog'), name: 'Backlog', status: 'backlog' })
      assert.deepEqual(
        [read.name, read.closed_at, read.time_to_close, read.user],
        ['Lease Renewals', null, null, null],
      )
      const { error } = problemOf(await api.post('/processes', { process: {} }), 400, 'missing_field')
      assert.equal(error, 'process[process_type_id] is missing')
    })

    it('are named by the template of their type, where what has no data is empty', async () => {
      const { api } = server.acme
      const type = await newType(api, {
        naming_template: '{{process_type.name}}  for {{property.street}} {{ contact.name }} {{nonsense}}!',
      })
      const numbered = await newType(api, { naming_template: 'Case {{process.id}}' })
      const made = await api.made('/processes', { process_type_id: numbered.id })
      assert.equal(made.name, `Case ${made.id}`)
      await api.made(`${type.path}/contact_roles`, { name: 'Tenant' })
      const property = await api.made('/properties', { address: '7 Oak Row' })
      const contact = await api.made('/contacts', { full_name: 'Petra Stone' })
      const full = await api.made('/processes', {
        process_type_id: type.id,
        property_ids: [property.id],
        contact_roles_attributes: [{ key: 'tenant', contact_ids: [contact.id] }],
      })
      assert.equal(full.name, 'Lease Renewals for 7 Oak Row Petra Stone !')
      const bare = await api.made('/processes', { process_type_id: type.id })
      assert.equal(bare.name, 'Lease Renewals for !')
      assert.equal((await api.made('/processes', { process_type_id: type.id, name: 'Mine' })).name, 'Mine')
    })

    it('take contacts and assignees by role, from JSON and from forms', async () => {
      const { api, adminId } = server.acme
      const type = await newType(api)
      for (const name of ['Tenant', 'Owner']) await api.made(`${type.path}/contact_roles`, { name })
      await api.made(`${type.path}/assignee_roles`, { name: 'Agent' })
      const [one, two] = [await api.made('/contacts', {}), await api.made('/contacts', {})]
      const form = [
        `process[process_type_id]=${type.id}`,
        'process[contact_roles_attributes][][key]=tenant',
        `process[contact_roles_attributes][][contact_ids][]=${one.id}`,
        `process[contact_roles_attributes][][contact_ids][]=${two.id}`,
        'process[contact_roles_attributes][][key]=owner',
        `process[contact_roles_attributes][][contact_ids][]=${two.id}`,
        'process[assignee_roles_attributes][0][key]=agent',
        `process[assignee_roles_attributes][0][user_id]=${adminId}`,
      ].join('&')
      const made = await api.made('/processes', form)
      const rolesOf = (process: Fields) =>
        (process.contact_roles as { key: string; contacts: Fields[] }[]).map(({ key, contacts }) => [
          key,
          ids(contacts),
        ])
      assert.deepEqual(rolesOf(made), [
        ['tenant', [one.id, two.id]],
        ['owner', [two.id]],
      ])
      assert.deepEqual(made.assignee_roles, [
        { key: 'agent', name: 'Agent', user: { id: adminId, name: 'Ann Ash', email: server.acme.email } },
      ])
      const put = await api.put(`/processes/${made.id}`, {
        contact_roles_attributes: [{ key: 'tenant', contact_ids: [] }],
        assignee_roles_attributes: [{ key: 'agent', user_id: null }],
      })
      assert.deepEqual(rolesOf(dataOf(put)), [
        ['tenant', []],
        ['owner', [two.id]],
      ])
      assert.deepEqual(dataOf(put).assignee_roles, [{ key: 'agent', name: 'Agent', user: null }])
      for (const list of [`/contacts/${two.id}/processes`, `/processes?contact_id=${two.id}`])
        assert.deepEqual(ids(listOf(await api.get(list))), [made.id])
      const before = await server.rowCounts()
      const wrong = (contact_roles_attributes: unknown) =>
        api.post('/processes', { process_type_id: type.id, contact_roles_attributes })
      problemOf(await wrong([{ key: 'lawyer', contact_ids: [] }]), 400, 'unknown_role')
      problemOf(await wrong([{ contact_ids: [] }]), 400, 'missing_field')
      problemOf(await wrong([{ key: 'tenant', contact_ids: [adminId] }]), 400, 'unknown_contact')
      problemOf(await wrong([{ key: 'tenant', contact_ids: ['x'] }]), 400, 'invalid_id')
      for (const value of ['x', 5, [5], [[]], [{ key: {} }]]) assert.equal((await wrong(value)).status, 400)
      assert.deepEqual(await server.rowCounts(), before)
    })

    it('close with their stage, keep the leases of that time, and forget them when they reopen', async () => {
      const { api } = server.acme
      const type = await newType(api)
      const unit = { current_rent: '1400', lease_end_date: '2026-12-31', occupancy: 'Tenant Occupied' }
      const property = await api.made('/properties', { address: '9 Elm Row', unit })
      const body = { process_type_id: type.id, property_ids: [property.id] }
      const { id } = await api.made('/processes', body)
      const rentOf = (process: Fields) =>
        (process.properties as { unit: Fields }[]).map(({ unit }) => [unit.current_rent, unit.lease_end_date])
      const closed = dataOf(await api.patch(`/processes/${id}`, { stage_id: type.stage('completed') }))
      assert.match(String(closed.closed_at), /^\d{4}-.*Z$/)
      assert.equal(typeof closed.time_to_close, 'number')
      await api.put(`/properties/${property.id}`, { unit: { current_rent: '1500', lease_end_date: null } })
      assert.deepEqual(rentOf(dataOf(await api.get(`/processes/${id}`))), [['1400.0', '2026-12-31']])
      assert.deepEqual(rentOf(listOf(await api.get(`/properties/${property.id}/processes`))[0] as Fields), [
        ['1400.0', '2026-12-31'],
      ])
      const canceled = dataOf(await api.patch(`/processes/${id}`, { stage_id: type.stage('canceled') }))
      assert.equal(canceled.closed_at, closed.closed_at)
      assert.deepEqual(rentOf(canceled), [['1400.0', '2026-12-31']])
      const open = dataOf(await api.patch(`/processes/${id}`, { stage_id: type.stage('working') }))
      assert.deepEqual([open.closed_at, open.time_to_close], [null, null])
      assert.deepEqual(rentOf(open), [['1500.0', null]])
    })

    it('that are closed keep their leases when the unit goes on to the next tenants', async () => {
      const { api } = server.acme
      const type = await newType(api)
      const unit = {
        lease_start_date: '2025-01-01',
        lease_end_date: '2025-12-31',
        current_lease_move_in: '2025-01-03',
        current_rent: '1300',
      }
      const property = await api.made('/properties', { address: '11 Elm Row', unit })
      const body = { process_type_id: type.id, property_ids: [property.id] }
      const closed = await api.made('/processes', { ...body, stage_id: type.stage('completed') })
      const open = await api.made('/processes', body)
      const next = {
        ...unit,
        lease_start_date: '2026-01-01',
        lease_end_date: '2026-12-31',
        current_rent: '1400',
      }
      await api.patch(`/properties/${property.id}`, { unit: next })
      const shown = async (id: string) => {
        const [its] = dataOf(await api.get(`/processes/${id}`)).properties as { unit: Fields }[]
        return [its?.unit.lease_start_date, its?.unit.current_rent]
      }
      assert.deepEqual(await shown(closed.id), ['2025-01-01', '1300.0'])
      assert.deepEqual(await shown(open.id), ['2026-01-01', '1400.0'])
      const leases = listOf(await api.get(`/properties/${property.id}/leases?order_field=start_date`))
      assert.deepEqual(
        leases.map(({ start_date, rent }) => [start_date, rent]),
        [
          ['2025-01-01', '1300.0'],
          ['2026-01-01', '1400.0'],
        ],
      )
    })

    it('close and reopen when their stage is turned into another', async () => {
      const { api } = server.acme
      const type = await newType(api)
      const { id } = await api.made('/processes', {
        process_type_id: type.id,
        stage_id: type.stage('working'),
      })
      const stage = `/process_stages/${type.stage('working')}`
      const closedAt = async () => dataOf(await api.get(`/processes/${id}`)).closed_at
      await api.patch(stage, { status: 'completed' })
      assert.notEqual(await closedAt(), null)
      await api.patch(stage, { status: 'backlog' })
      assert.equal(await closedAt(), null)
      problemOf(await api.delete(stage), 409, 'stage_in_use')
      const wrong = (await newType(api)).stage('working')
      problemOf(await api.delete(`${stage}?move_to_stage_id=${wrong}`), 400, 'unknown_stage')
      const path = `${type.path}/stages/${type.stage('working')}?move_to_stage_id=${type.stage('canceled')}`
      assert.equal((await api.delete(path)).status, 204)
      assert.notEqual(await closedAt(), null)
      assert.equal((dataOf(await api.get(`/processes/${id}`)).stage as Fields).id, type.stage('canceled'))
    })

    it('stay in their type and its stages', async () => {
      const { api } = server.acme
      const [type, other] = [await newType(api), await newType(api)]
      const body = { process_type_id: type.id, stage_id: other.stage('working') }
      problemOf(await api.post('/processes', body), 400, 'stage_not_in_process_type')
      const { id } = await api.made('/processes', { process_type_id: type.id })
      const moved = await api.patch(`/processes/${id}`, { stage_id: other.stage('working') })
      problemOf(moved, 400, 'stage_not_in_process_type')
      problemOf(await api.patch(`/processes/${id}`, { process_type_id: other.id }), 400, 'invalid_field')
    })

    it('have the custom fields of their type and those of every type', async () => {
      const { api } = server.other
      const [type, other] = [await newType(api), await newType(api)]
      await api.made('/custom_fields', { label: 'Priority', data_type: 'number', category: 'process' })
      const field = { label: 'Offer', data_type: 'currency' }
      const own = await api.made(`${type.path}/custom_fields`, field)
      await api.made(`${other.path}/custom_fields`, { label: 'Offer', data_type: 'text' })
      problemOf(await api.post(`${type.path}/custom_fields`, field), 409, 'already_exists')
      const all = { ...field, category: 'process' }
      problemOf(await api.post('/custom_fields', all), 409, 'already_exists')
      const deal = { ...field, label: 'X', category: 'deal', process_type_id: type.id }
      problemOf(await api.post('/custom_fields', deal), 400, 'invalid_field')
      assert.deepEqual(ids(listOf(await api.get(`/custom_fields?process_type_id=${type.id}`))), [own.id])
      assert.deepEqual(ids(listOf(await api.get(`${type.path}/custom_fields`))), [own.id])
      const custom_fields = { priority: 3, offer: 1450 }
      const one = await api.made('/processes', { process_type_id: type.id, custom_fields })
      const two = await api.made('/processes', {
        process_type_id: other.id,
        custom_fields: { offer: 'later' },
      })
      const read = async (id: string) =>
        (dataOf(await api.get(`/processes/${id}?include_custom_fields=true`)).custom_fields as Fields[]).map(
          ({ key, value, data_type }) => [key, value, data_type],
        )
      assert.deepEqual(await read(one.id), [
        ['priority', 3, 'number'],
        ['offer', 1450, 'currency'],
      ])
      assert.deepEqual(await read(two.id), [
        ['priority', null, 'number'],
        ['offer', 'later', 'text'],
      ])
      const found = async (query: string) =>
        ids(listOf(await api.get(`/processes?custom_fields[offer]${query}`)))
      assert.deepEqual(await found('=1450'), [one.id])
      assert.deepEqual(await found('=later'), [two.id])
      assert.deepEqual(await found('[gte]=1000'), [one.id])
    })

    it('are found by status, type, stage, person, place, tag, dates and words', async () => {
      const { api, adminId } = server.other
      const type = await newType(api, { name: 'Inspections' })
      await api.made(`${type.path}/contact_roles`, { name: 'Tenant' })
      const property = await api.made('/properties', { address: '77 Quince Way' })
      const contact = await api.made('/contacts', { full_name: 'Ulla Quast' })
      const made = new Map<string, string>()
      for (const status of ['backlog', 'working', 'completed', 'canceled']) {
        const { id } = await api.made('/processes', {
          process_type_id: type.id,
          stage_id: type.stage(status),
          name: `An ${status} one`,
          due_at: '2026-05-01T00:00:00Z',
          ...(status === 'working'
            ? {
                user_id: adminId,
                property_ids: [property.id],
                tags: ['rush'],
                comments: 'Boiler first',
                contact_roles_attributes: [{ key: 'tenant', contact_ids: [contact.id] }],
              }
            : {}),
        })
        made.set(id, status)
      }
      const found = async (query: string) =>
        listOf(await api.get(`/processes?process_type_id=${type.id}&${query}`)).map(({ id }) => made.get(id))
      assert.deepEqual(await found('status=open'), ['backlog', 'working'])
      assert.deepEqual(await found('status=active'), ['working'])
      assert.deepEqual(await found('status=closed'), ['completed', 'canceled'])
      assert.deepEqual(await found('status=canceled,backlog'), ['backlog', 'canceled'])
      for (const query of [
        `stage_id=${type.stage('working')}`,
        `user_id=${adminId}`,
        `assignee_id=${adminId}`,
        `property_id=${property.id}`,
        `contact_id=${contact.id}`,
        'tag=rush',
        'search=boiler',
        'search=quast',
        'search=quince',
        'search=an%20working',
      ])
        assert.deepEqual(await found(query), ['working'], query)
      assert.equal((await found('due_at[lt]=2026-05-02')).length, 4)
      assert.equal((await found('due_at[gt]=2026-05-02')).length, 0)
      assert.deepEqual(await found('closed_at[gte]=2020-01-01'), ['completed', 'canceled'])
      problemOf(await api.get('/processes?status=asleep'), 400, 'invalid_parameter')
      const list = await api.get(`${type.path}/processes?limit=2`)
      assert.equal(listOf(list).length, 4)
      assert.equal(list.headers.get('x-ignored-params'), 'limit')
    })
  })

  describe('the history of stages', () => {
    it('tells when each was entered and left, the newest last', async () => {
      const { api } = server.acme
      const type = await newType(api)
      const { id, created_at } = await api.made('/processes', { process_type_id: type.id })
      for (const status of ['working', 'completed', 'working'])
        await api.patch(`/processes/${id}`, { stage_id: type.stage(status) })
      await api.patch(`/processes/${id}`, { name: 'Not a move' })
      const entries = listOf(await api.get(`/processes/${id}/history`)) as unknown as {
        stage: Fields | null
        entered_at: string | null
        left_at: string | null
        changed: Fields
      }[]
      const renamed = entries.at(-1)
      assert.deepEqual(Object.keys(renamed?.changed ?? {}), ['name'])
      assert.deepEqual([renamed?.stage, renamed?.entered_at, renamed?.left_at], [null, null, null])
      const stays = entries.slice(0, -1)
      assert.deepEqual(
        stays.map(({ stage }) => stage?.status),
        ['backlog', 'working', 'completed', 'working'],
      )
      assert.equal(stays[0]?.entered_at, created_at)
      for (const [at, stay] of stays.entries()) assert.equal(stay.left_at, stays[at + 1]?.entered_at ?? null)
      const second = await api.get(`/processes/${id}/history?per_page=3&page=2`)
      assert.equal(listOf(second).length, 2)
      assert.deepEqual(listOf(await api.get(`/processes/${id}/history?page=9`)), [])
    })

    it('is there for deals too', async () => {
      const { api } = server.acme
      const pipeline = await api.made('/pipelines', { name: 'Owners' })
      const [first, second] = listOf(await api.get(`/pipelines/${pipeline.id}/stages`))
      const { id } = await api.made('/deals', { pipeline_id: pipeline.id })
      await api.patch(`/deals/${id}`, { stage_id: second?.id })
      assert.deepEqual(
        listOf(await api.get(`/deals/${id}/history`)).map(({ stage }) => (stage as Fields).id),
        [first?.id, second?.id],
      )
      await api.delete(`/deals/${id}`)
      problemOf(await api.get(`/deals/${id}/history`), 404, 'not_found')
    })
  })
})
