import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { type Permissions, usualPermissions } from '../../server/access/permissions.ts'
import type { PlaceRight } from '../../server/resource-layer/access.ts'
import { personAt } from '../support/admin.ts'
import { forEachEngine } from '../support/engines.ts'
import { type Client, type Fields, listOf, metaOf, problemOf } from './client.ts'
import { password, startApi } from './server.ts'

const usual = usualPermissions.pipelines.others ?? []

forEachEngine((engine) => {
  const server = startApi(engine)
  let member: Client
  let memberId = ''
  let admin: ReturnType<typeof personAt>
  let one: Record<string, Fields>

  async function allow(permissions: Partial<Permissions>): Promise<void> {
    const whole = { ...usualPermissions, ...permissions }
    const { status, body } = await admin.request('PUT', `/api/people/${memberId}/permissions`, whole)
    assert.equal(status, 200, JSON.stringify(body))
  }

  /** In all pipelines and process types. */
  const everywhere = (rights: readonly PlaceRight[] | null) => ({
    pipelines: { others: rights, named: {} },
    process_types: { others: rights?.filter((right) => right !== 'manage_sources') ?? null, named: {} },
  })

  const without = (...left: PlaceRight[]) => everywhere(usual.filter((right) => !left.includes(right)))

  async function idsIn(path: string): Promise<unknown[]> {
    const exchange = await member.get(path)
    const ids = listOf(exchange).map(({ id }) => id)
    assert.equal(metaOf(exchange).total_count, ids.length)
    return ids
  }

  async function exported(name: string): Promise<string> {
    const headers = await server.signedIn('mia@example.com')
    const response = await fetch(`${server.url}/rest/export/${name}`, { headers })
    assert.equal(response.status, 200)
    return response.text()
  }

  before(async () => {
    memberId = await server.addMember('mia@example.com')
    member = server.client({ ...(await server.signedIn('mia@example.com')), origin: server.url })
    admin = personAt(server.url)
    await admin.request('POST', '/api/auth/sign-in/email', { email: server.acme.email, password })
    const { api, adminId } = server.acme
    const owners = await api.made('/pipelines', { name: 'Owners' })
    const tenants = await api.made('/pipelines', { name: 'Tenants' })
    const stage = await api.made(`/pipelines/${owners.id}/stages`, { name: 'First', status: 'lead' })
    await api.made(`/pipelines/${tenants.id}/stages`, { name: 'First', status: 'lead' })
    const rosa = await api.made('/contacts', {
      full_name: 'Rosa Field',
      email_addresses: ['rosa@example.com'],
    })
    const deal = (name: string, pipeline: Fields, user_id: string | null) =>
      api.made('/deals', { name, pipeline_id: pipeline.id, user_id, contact_ids: [rosa.id] })
    const mine = await deal('Mine', owners, memberId)
    const theirs = await deal('Theirs', owners, adminId)
    const nobodys = await deal('Nobody’s', owners, null)
    const closed = await deal('Closed', tenants, memberId)
    const note = await api.made(`/deals/${theirs.id}/notes`, { description: 'Secret of theirs' })
    const file = await api.made(`/deals/${theirs.id}/uploaded_files`, { file: new File(['x'], 'x.txt') })
    const call = await api.made('/calls', { direction: 'outbound', outcome: 'connected', deal_id: theirs.id })
    const task = await api.made('/tasks', {
      kind: 'todo',
      name: 'Ask',
      deal_id: theirs.id,
      user_id: memberId,
    })
    const type = await api.made('/process_types', { name: 'Move In' })
    await api.made(`/process_types/${type.id}/stages`, { name: 'Open', status: 'backlog' })
    const process = await api.made('/processes', {
      process_type_id: type.id,
      name: 'Their process',
      user_id: adminId,
    })
    const other = await api.made('/tasks', { kind: 'todo', name: 'Alone', user_id: adminId })
    one = {
      owners,
      tenants,
      stage,
      rosa,
      mine,
      theirs,
      nobodys,
      closed,
      note,
      file,
      call,
      task,
      type,
      process,
      other,
    }
  })

  const id = (name: string) => one[name]?.id ?? ''

  it('are set by an admin for others alone, checked, and noted with what they were', async () => {
    await allow(without('export'))
    const { body } = await admin.request('GET', `/api/people/${memberId}/permissions`)
    const { permissions, pipelines } = body as { permissions: Permissions; pipelines: Fields[] }
    assert.deepEqual(permissions.pipelines, without('export').pipelines)
    assert.deepEqual(
      pipelines.map(({ name }) => name),
      ['Owners', 'Tenants'],
    )
    const entries = listOf(await server.acme.api.get('/audit_entries?action=user.permissions_changed'))
    assert.ok(entries.some(({ subject }) => (subject as Fields).id === memberId))
    const own = `/api/people/${server.acme.adminId}/permissions`
    const refused = await admin.request('PUT', own, usualPermissions)
    assert.equal((refused.body as { code: string }).code, 'cannot_change_self')
    for (const wrong of [
      {},
      { ...usualPermissions, see_others_tasks: 'yes' },
      { ...usualPermissions, pipelines: { others: ['rule'], named: {} } },
      { ...usualPermissions, pipelines: { others: null, named: { [id('mine')]: [] } } },
      { ...usualPermissions, process_types: { others: ['manage_sources'], named: {} } },
    ])
      assert.equal((await admin.request('PUT', `/api/people/${memberId}/permissions`, wrong)).status, 400)
    const mia = personAt(server.url)
    await mia.request('POST', '/api/auth/sign-in/email', { email: 'mia@example.com', password })
    assert.equal(
      (await mia.request('PUT', `/api/people/${memberId}/permissions`, usualPermissions)).status,
      403,
    )
    assert.equal((await mia.request('GET', `/api/people/${memberId}/permissions`)).status, 403)
  })

  it('are told by the session, to a member', async () => {
    await allow(without('delete'))
    const session = async (cookie: Record<string, string>) => {
      const response = await fetch(`${server.url}/api/session`, { headers: cookie })
      return ((await response.json()) as { signed_in: Fields & { permissions: Permissions } }).signed_in
    }
    const { role, permissions } = await session(await server.signedIn('mia@example.com'))
    assert.deepEqual([role, permissions.pipelines], ['member', without('delete').pipelines])
    const boss = await session({ cookie: admin.cookie() })
    assert.deepEqual([boss.role, boss.permissions], ['admin', null])
  })

  it('are not set by whoever saw them before somebody else set them', async () => {
    const path = `/api/people/${memberId}/permissions`
    const read = async () => (await admin.request('GET', path)).body as { changed_at: string }
    await allow(without('delete'))
    const known = (await read()).changed_at
    const first = await admin.request('PUT', path, { ...usualPermissions, changed_at: known })
    assert.equal(first.status, 200)
    const late = await admin.request('PUT', path, {
      ...usualPermissions,
      ...without('export'),
      changed_at: known,
    })
    assert.deepEqual([late.status, (late.body as Fields).code], [412, 'precondition_failed'])
    const { changed_at } = first.body as { changed_at: string }
    assert.equal((await read()).changed_at, changed_at)
    assert.notEqual(changed_at, known)
  })

  it('stay as they are for a pipeline that is deleted', async () => {
    const { api } = server.acme
    const gone = await api.made('/pipelines', { name: 'Gone' })
    const named = { pipelines: { others: usual, named: { [String(gone.id)]: null } } }
    await allow(named)
    await api.delete(`/pipelines/${gone.id}`)
    await allow({ ...named, see_others_tasks: false })
    await allow({})
    const again = { ...usualPermissions, ...named }
    assert.equal((await admin.request('PUT', `/api/people/${memberId}/permissions`, again)).status, 400)
  })

  it('leave a pipeline that is not open out of everything', async () => {
    await allow({ pipelines: { others: null, named: { [id('owners')]: usual } } })
    assert.deepEqual(await idsIn('/pipelines'), [id('owners')])
    assert.deepEqual((await idsIn('/deals')).sort(), [id('mine'), id('theirs'), id('nobodys')].sort())
    assert.deepEqual(await idsIn('/deals?search=closed'), [])
    assert.equal((await idsIn(`/contacts/${id('rosa')}/deals`)).length, 3)
    problemOf(await member.get(`/deals/${id('closed')}`), 404, 'not_found')
    problemOf(await member.get(`/deals/${id('closed')}/history`), 404, 'not_found')
    problemOf(await member.get(`/pipelines/${id('tenants')}/deals`), 404, 'not_found')
    problemOf(await member.patch(`/deals/${id('closed')}`, { name: 'Seen' }), 404, 'not_found')
    problemOf(
      await member.patch(`/deals/${id('mine')}`, { pipeline_id: id('tenants') }),
      400,
      'unknown_pipeline',
    )
    problemOf(await member.post('/deals', { pipeline_id: id('tenants') }), 400, 'unknown_pipeline')
    const text = await exported('deals.ndjson')
    assert.ok(text.includes(id('mine')) && !text.includes(id('closed')))
    const events = await member.get(`/events?per_page=200&type=deal.*`)
    assert.ok(listOf(events).length > 0)
    assert.ok(!events.text.includes(id('closed')) && !events.text.includes(id('tenants')))
    const rows = listOf(await member.get('/reports/deals/by_stage'))
    assert.ok(rows.every(({ pipeline }) => (pipeline as Fields).id === id('owners')))
  })

  it('leave out of its past what a record belonged to, where that is not open', async () => {
    const { api } = server.acme
    const task = { kind: 'todo', name: 'Moved', deal_id: id('closed'), user_id: memberId }
    const moved = await api.made('/tasks', task)
    assert.equal((await api.patch(`/tasks/${moved.id}`, { deal_id: id('mine') })).status, 200)
    await server.running.publisher.publishAll()
    await allow({ pipelines: { others: null, named: { [id('owners')]: usual } } })
    for (const path of [`/tasks/${moved.id}/history`, `/events?record_id=${moved.id}`]) {
      const { text } = await member.get(path)
      assert.ok(text.includes('"Moved"'), text)
      assert.ok(!text.includes(id('closed')) && !text.includes('"Closed"'), text)
      assert.ok((await api.get(path)).text.includes(id('closed')))
    }
    // Which task is next was not asked for whoever reads now.
    await api.patch(`/deals/${id('mine')}`, { name: 'Mine still' })
    await server.running.publisher.publishAll()
    const [event] = listOf(
      await member.get(`/events?record_id=${id('mine')}&order_direction=desc&per_page=1`),
    )
    const data = event?.data as { record: Fields } | undefined
    assert.deepEqual([data?.record.name, data?.record.next_task_kind], ['Mine still', null])
    await api.delete(`/tasks/${moved.id}`)
  })

  it('leave out what is of others, and all that belongs to it', async () => {
    await allow({ ...without('see_others'), see_others_tasks: false })
    assert.deepEqual((await idsIn('/deals')).sort(), [id('mine'), id('nobodys'), id('closed')].sort())
    assert.deepEqual(await idsIn('/processes'), [])
    for (const path of ['/notes', '/uploaded_files', '/calls', '/tasks', '/conversations'])
      assert.deepEqual(await idsIn(path), [], path)
    for (const path of [
      `/notes/${id('note')}`,
      `/uploaded_files/${id('file')}/content`,
      `/tasks/${id('task')}`,
    ])
      problemOf(await member.get(path), 404, 'not_found')
    problemOf(await member.post(`/deals/${id('theirs')}/notes`, { description: 'x' }), 404, 'not_found')
    const stays = listOf(await member.get('/stage_stays'))
    assert.ok(stays.length > 0 && !stays.some(({ deal }) => (deal as Fields | null)?.id === id('theirs')))
    const events = await member.get('/events?per_page=200')
    for (const name of ['theirs', 'note', 'file', 'call', 'task', 'process', 'other'])
      assert.ok(
        !listOf(events).some(({ data }) => (data as { record_id: string }).record_id === id(name)),
        name,
      )
  })

  it('leave out what is nobody’s', async () => {
    await allow(without('see_unassigned'))
    assert.deepEqual((await idsIn('/deals')).sort(), [id('mine'), id('theirs'), id('closed')].sort())
  })

  it('forbid deleting, reassigning and exporting, and nothing else', async () => {
    await allow(without('delete', 'reassign', 'export'))
    const refused = [
      member.delete(`/deals/${id('mine')}`),
      member.delete(`/processes/${id('process')}`),
      member.patch(`/deals/${id('mine')}`, { user_id: server.acme.adminId }),
      member.post(`/deals/${id('mine')}/reassign`, { user_id: server.acme.adminId }),
      member.post('/deals', { pipeline_id: id('owners'), user_id: server.acme.adminId }),
      member.get('/export/deals.csv'),
      member.get('/export/processes.ndjson'),
    ]
    for (const attempt of refused) {
      const { error } = problemOf(await attempt, 403, 'forbidden')
      assert.match(error, /^Unauthorized to access this endpoint: you may not .*; ask an admin$/)
    }
    await member.made('/deals', { pipeline_id: id('owners'), user_id: memberId, name: 'New' })
    assert.equal((await member.patch(`/deals/${id('theirs')}`, { comments: 'Read.' })).status, 200)
    assert.match(await exported('contacts.csv'), /Rosa Field/)
  })

  it('let a member change the stages and sources of a pipeline, where they have the right to', async () => {
    await allow({
      pipelines: { others: usual, named: { [id('owners')]: [...usual, 'manage_stages', 'manage_sources'] } },
    })
    const stage = await member.made(`/pipelines/${id('owners')}/stages`, { name: 'By Mia', status: 'lead' })
    assert.equal((await member.patch(`/stages/${stage.id}`, { name: 'Renamed' })).status, 200)
    assert.equal((await member.delete(`/stages/${stage.id}`)).status, 204)
    await member.made('/sources', { pipeline_id: id('owners'), name: 'Fair' })
    problemOf(
      await member.post(`/pipelines/${id('tenants')}/stages`, { name: 'No', status: 'lead' }),
      403,
      'forbidden',
    )
    problemOf(await member.post('/sources', { pipeline_id: id('tenants'), name: 'No' }), 403, 'forbidden')
    problemOf(await member.patch(`/pipelines/${id('owners')}`, { name: 'No' }), 403, 'forbidden')
    problemOf(await member.post(`/process_types/${id('type')}/stages`, { name: 'No' }), 403, 'forbidden')
    await allow({})
    problemOf(await member.patch(`/stages/${id('stage')}`, { name: 'No' }), 403, 'forbidden')
  })

  it('move the leads of a deleted stage along, also those that are not seen', async () => {
    const { api } = server.acme
    const pipeline = await api.made('/pipelines', { name: 'Sellers' })
    const from = await api.made(`/pipelines/${pipeline.id}/stages`, { name: 'Old', status: 'lead' })
    const to = await api.made(`/pipelines/${pipeline.id}/stages`, { name: 'New', status: 'lead' })
    const unseen = await api.made('/deals', {
      pipeline_id: pipeline.id,
      stage_id: from.id,
      user_id: server.acme.adminId,
    })
    await allow({ pipelines: { others: null, named: { [pipeline.id]: ['manage_stages'] } } })
    problemOf(await member.get(`/deals/${unseen.id}`), 404, 'not_found')
    const gone = await member.delete(`/stages/${from.id}?move_to_stage_id=${to.id}`)
    assert.equal(gone.status, 204, gone.text)
    const { body } = await api.get(`/deals/${unseen.id}`)
    assert.equal((body as { data: { stage: Fields } }).data.stage.id, to.id)
  })

  describe('a stream that is open', () => {
    it('sends only what may be seen, by what an admin has set meanwhile', async () => {
      await allow({})
      const cookie = await server.signedIn('mia@example.com')
      const controller = new AbortController()
      const response = await fetch(`${server.url}/rest/events/stream`, {
        headers: cookie,
        signal: controller.signal,
      })
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      let seen = ''
      const until = async (text: string) => {
        while (!seen.includes(text)) seen += (await reader?.read())?.value ?? ''
      }
      const { api } = server.acme
      const note = (description: string, deal: string) =>
        api.made(`/deals/${id(deal)}/notes`, { description })
      await until('retry')
      await note('first to theirs', 'theirs')
      await until('first to theirs')
      await allow(without('see_others'))
      await note('second to theirs', 'theirs')
      await note('to mine', 'mine')
      await until('to mine')
      assert.ok(!seen.includes('second to theirs'))
      controller.abort()
    })
  })
})
