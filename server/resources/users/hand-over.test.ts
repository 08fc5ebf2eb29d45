import assert from 'node:assert/strict'
import { it } from 'node:test'
import { dataOf, type Fields } from '../../../test/api/client.ts'
import { startApi } from '../../../test/api/server.ts'
import { personAt } from '../../../test/support/admin.ts'
import { forEachEngine } from '../../../test/support/engines.ts'

const password = 'correct horse battery'

forEachEngine((engine) => {
  const server = startApi(engine)

  /** One open and one closed record of each kind, all in the hands of the person. */
  async function workFor(userId: string) {
    const { api, adminId } = server.acme
    const pipeline = await api.made('/pipelines', { name: 'Owners' })
    const stage = (name: string, status: string) =>
      api.made(`/pipelines/${pipeline.id}/stages`, { name, status })
    const [lead, lost] = [await stage('Talks', 'lead'), await stage('Gone', 'invalid')]
    const type = await api.made('/process_types', { name: 'Renewals' })
    await api.made(`/process_types/${type.id}/assignee_roles`, { key: 'agent', name: 'Agent' })
    const deal = (stage_id: string) =>
      api.made('/deals', { pipeline_id: pipeline.id, stage_id, name: 'A deal', user_id: userId })
    const role = { assignee_roles_attributes: [{ key: 'agent', user_id: userId }] }
    const open = {
      deals: await deal(lead.id),
      processes: await api.made('/processes', { process_type_id: type.id, user_id: userId }),
      helped: await api.made('/processes', { process_type_id: type.id, user_id: adminId, ...role }),
      tasks: await api.made('/tasks', { name: 'Call', assignee_id: userId }),
      conversations: await api.made('/conversations', {
        kind: 'phone',
        inbox: '+15550104477',
        participant: '+15550104478',
        assignee_id: userId,
      }),
    }
    const closed = {
      deals: await deal(lost.id),
      tasks: await api.made('/tasks', {
        name: 'Done',
        assignee_id: userId,
        completed_at: '2026-01-01T00:00:00Z',
      }),
      conversations: await api.made('/conversations', {
        kind: 'phone',
        inbox: '+15550104477',
        participant: '+15550104479',
        assignee_id: userId,
        status: 'resolved',
      }),
    }
    return { open, closed }
  }
  const adminOf = async () => {
    const person = personAt(server.url)
    const signIn = { email: server.acme.email, password }
    assert.equal((await person.request('POST', '/api/auth/sign-in/email', signIn)).status, 200)
    return person
  }
  const read = async (kind: string, record: Fields) =>
    dataOf(await server.acme.api.get(`/${kind === 'helped' ? 'processes' : kind}/${record.id}`))

  it('hands over what is open when a person is removed, and leaves what is done', async () => {
    const leaving = await server.addMember('leaving@example.com')
    const taking = await server.addMember('taking@example.com')
    const { open, closed } = await workFor(leaving)
    const admin = await adminOf()
    const counts = await admin.request('GET', `/api/people/${leaving}/open-work`)
    const expected = { deals: 1, processes: 2, tasks: 1, conversations: 1 }
    assert.deepEqual(counts.body, expected)

    const unnamed = await admin.request('DELETE', `/api/people/${leaving}`)
    assert.deepEqual([unnamed.status, unnamed.body.code], [409, 'open_work'])
    for (const hand_over_to of [leaving, 'nobody', server.other.adminId]) {
      const refused = await admin.request('DELETE', `/api/people/${leaving}`, { hand_over_to })
      assert.deepEqual([refused.status, refused.body.code], [400, 'unknown_user'])
    }
    const since = (await server.changesOf(server.acme)).length
    const removed = await admin.request('DELETE', `/api/people/${leaving}`, { hand_over_to: taking })
    assert.equal(removed.status, 204, JSON.stringify(removed.body))

    for (const [kind, record] of Object.entries(open)) {
      const { user, assignee, assignee_roles: roles } = await read(kind, record)
      const whose = kind === 'helped' ? (roles as { user: Fields }[])[0]?.user : (user ?? assignee)
      assert.equal((whose as Fields).id, taking, kind)
    }
    for (const [kind, record] of Object.entries(closed)) {
      const { user, assignee } = await read(kind, record)
      assert.equal(((user ?? assignee) as Fields).id, leaving, kind)
    }
    const changes = (await server.changesOf(server.acme, since)).filter(({ action }) => action === 'updated')
    const changed = changes.map((change) => [change.record_id, change.actor_id])
    const records = Object.values(open).map(({ id }) => [id, server.acme.adminId])
    assert.deepEqual(changed.sort(), records.sort())
    const entry = await server.running.engine.reader
      .selectFrom('audit_entries')
      .select('details')
      .where('action', '=', 'user.removed')
      .executeTakeFirstOrThrow()
    assert.deepEqual(JSON.parse(entry.details), { handed_over_to: taking, ...expected })
  })

  it('leaves a resolved conversation to nobody when it goes on without them', async () => {
    const leaving = await server.addMember('left@example.com')
    const taking = await server.addMember('stays@example.com')
    const { closed } = await workFor(leaving)
    const admin = await adminOf()
    await admin.request('DELETE', `/api/people/${leaving}`, { hand_over_to: taking })
    await server.acme.api.made('/calls', {
      direction: 'inbound',
      from: '+15550104479',
      to: '+15550104477',
      outcome: 'connected',
    })
    const { status, assignee } = await read('conversations', closed.conversations)
    assert.deepEqual([status, assignee], ['active', null])
  })

  it('tells nobody but admins of their own account what a person has in their hands', async () => {
    const member = await server.addMember('member@example.com')
    const person = personAt(server.url)
    const signIn = { email: 'member@example.com', password }
    await person.request('POST', '/api/auth/sign-in/email', signIn)
    const refused = await person.request('GET', `/api/people/${member}/open-work`)
    assert.deepEqual([refused.status, refused.body.code], [403, 'admin_required'])
    const admin = await adminOf()
    assert.equal((await admin.request('GET', `/api/people/${server.other.adminId}/open-work`)).status, 404)
  })
})
