import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sql } from 'kysely'
import { resources } from '../../server/resources/operations.ts'
import { forEachEngine } from '../support/engines.ts'
import { ids, listOf, problemOf } from './client.ts'
import { oneOfEach, requiredFields } from './records.ts'
import { type ApiServer, startApi } from './server.ts'

const tables = [
  'pipelines',
  'stages',
  'sources',
  'deals',
  'contacts',
  'properties',
  'units',
  'leases',
  'lease_tenants',
  'notes',
  'uploaded_files',
  'loose_contents',
  'tags',
  'taggings',
  'custom_fields',
  'lookups',
  'deal_contacts',
  'deal_properties',
  'property_groups',
  'process_types',
  'process_stages',
  'steps',
  'contact_roles',
  'assignee_roles',
  'processes',
  'process_properties',
  'process_contacts',
  'process_users',
  'stage_stays',
  'tasks',
  'conversations',
  'conversation_contacts',
  'text_messages',
  'emails',
  'calls',
  'users',
  'changes',
  'audit_entries',
  'api_key_hashes',
]

forEachEngine((engine) => {
  const server = startApi(engine)

  it('answers 404 for every record of another account, whatever is tried, and changes none', async () => {
    const theirs = await oneOfEach(server, server.other)
    const before = await rowsOf(server)
    const { api } = server.acme
    for (const { name, operations } of resources) {
      const id = theirs[name]?.id
      problemOf(await api.get(`/${name}/${id}`), 404, 'not_found')
      if (!operations.includes('update')) continue
      problemOf(await api.put(`/${name}/${id}`, { name: 'x' }), 404, 'not_found')
      problemOf(await api.patch(`/${name}/${id}`, { name: 'x' }), 404, 'not_found')
      problemOf(await api.delete(`/${name}/${id}`), 404, 'not_found')
      problemOf(await api.post(`/${name}/${id}/restore`), 404, 'not_found')
    }
    assert.equal(await rowsOf(server), before)
  })

  it('answers 404 for every path through a record of another account', async () => {
    const theirs = await oneOfEach(server, server.other)
    const ours = await oneOfEach(server)
    const before = await rowsOf(server)
    const { api } = server.acme
    const nested = [
      ['pipelines', 'stages'],
      ['pipelines', 'sources'],
      ['pipelines', 'deals'],
      ['contacts', 'deals'],
      ['contacts', 'notes'],
      ['contacts', 'uploaded_files'],
      ['deals', 'uploaded_files'],
      ['tasks', 'uploaded_files'],
      ['properties', 'units'],
      ['properties', 'deals'],
      ['properties', 'notes'],
      ['units', 'notes'],
      ['units', 'leases'],
      ['properties', 'leases'],
      ['contacts', 'leases'],
      ['deals', 'notes'],
      ['deals', 'tasks'],
      ['deals', 'history'],
      ['contacts', 'processes'],
      ['properties', 'processes'],
      ['property_groups', 'properties'],
      ['process_types', 'stages'],
      ['process_types', 'contact_roles'],
      ['process_types', 'assignee_roles'],
      ['process_types', 'custom_fields'],
      ['process_types', 'processes'],
      ['processes', 'tasks'],
      ['processes', 'notes'],
      ['processes', 'history'],
      ['tasks', 'notes'],
      ['conversations', 'notes'],
      ['conversations', 'messages'],
      ['conversations', 'text_messages'],
      ['conversations', 'emails'],
      ['conversations', 'calls'],
      ['contacts', 'conversations'],
      ['contacts', 'text_messages'],
      ['deals', 'emails'],
      ['processes', 'calls'],
      ['pipelines', 'tasks'],
      ['pipelines', 'contacts'],
      ['process_types', 'tasks'],
      ['process_types', 'definition'],
      ['contacts', 'tasks'],
      ['properties', 'tasks'],
      ['users', 'tasks'],
      ['users', 'deals'],
      ['users', 'processes'],
    ] as const
    for (const [parent, child] of nested) {
      problemOf(await api.get(`/${parent}/${theirs[parent]?.id}/${child}`), 404, 'not_found')
      const made = await api.post(`/${parent}/${theirs[parent]?.id}/${child}`, {
        name: 'x',
        description: 'x',
      })
      assert.ok([404, 405].includes(made.status), made.text)
    }
    for (const [parent, child] of [
      ['pipelines', 'stages'],
      ['pipelines', 'sources'],
      ['properties', 'units'],
      ['process_types', 'contact_roles'],
      ['process_types', 'assignee_roles'],
      ['units', 'leases'],
    ] as const) {
      for (const path of [
        `/${parent}/${ours[parent]?.id}/${child}/${theirs[child]?.id}`,
        `/${parent}/${theirs[parent]?.id}/${child}/${ours[child]?.id}`,
        `/${parent}/${theirs[parent]?.id}/${child}/${theirs[child]?.id}`,
      ]) {
        problemOf(await api.get(path), 404, 'not_found')
        problemOf(await api.patch(path, { name: 'x' }), 404, 'not_found')
        problemOf(await api.delete(path), 404, 'not_found')
      }
    }
    assert.equal(await rowsOf(server), before)
  })

  it('refuses a record of another account, deleted ones and unknown ones in every field that refers', async () => {
    const theirs = await oneOfEach(server, server.other)
    const ours = await oneOfEach(server)
    const { api } = server.acme
    const deleted = await api.made('/contacts', {})
    await api.delete(`/contacts/${deleted.id}`)
    const references: [string, string, string, string][] = [
      ['stages', 'pipeline_id', 'pipelines', 'unknown_pipeline'],
      ['sources', 'pipeline_id', 'pipelines', 'unknown_pipeline'],
      ['deals', 'pipeline_id', 'pipelines', 'unknown_pipeline'],
      ['deals', 'stage_id', 'stages', 'unknown_stage'],
      ['deals', 'source_id', 'sources', 'unknown_source'],
      ['deals', 'source_id_or_name', 'sources', 'unknown_source'],
      ['deals', 'user_id', 'users', 'unknown_user'],
      ['deals', 'contact_ids', 'contacts', 'unknown_contact'],
      ['deals', 'property_ids', 'properties', 'unknown_property'],
      ['units', 'property_id', 'properties', 'unknown_property'],
      ['leases', 'unit_id', 'units', 'unknown_unit'],
      ['leases', 'tenant_ids', 'contacts', 'unknown_contact'],
      ['properties', 'property_group_id', 'property_groups', 'unknown_property_group'],
      ['process_stages', 'process_type_id', 'process_types', 'unknown_process_type'],
      ['steps', 'stage_id', 'process_stages', 'unknown_stage'],
      ['contact_roles', 'process_type_id', 'process_types', 'unknown_process_type'],
      ['processes', 'process_type_id', 'process_types', 'unknown_process_type'],
      ['processes', 'stage_id', 'process_stages', 'unknown_stage'],
      ['processes', 'user_id', 'users', 'unknown_user'],
      ['processes', 'property_ids', 'properties', 'unknown_property'],
      ['tasks', 'process_id', 'processes', 'unknown_process'],
      ['tasks', 'deal_id', 'deals', 'unknown_deal'],
      ['tasks', 'user_id', 'users', 'unknown_user'],
      ['tasks', 'step_id', 'steps', 'unknown_step'],
      ['conversations', 'user_id', 'users', 'unknown_user'],
      ['conversations', 'contact_ids', 'contacts', 'unknown_contact'],
      ['conversations', 'deal_id', 'deals', 'unknown_deal'],
      ['conversations', 'process_id', 'processes', 'unknown_process'],
      ...(['text_messages', 'emails', 'calls'] as const).flatMap((list): typeof references => [
        [list, 'contact_id', 'contacts', 'unknown_contact'],
        [list, 'deal_id', 'deals', 'unknown_deal'],
        [list, 'process_id', 'processes', 'unknown_process'],
        [list, 'conversation_id', 'conversations', 'unknown_conversation'],
        [list, 'user_id', 'users', 'unknown_user'],
      ]),
      ['notes', 'parent_id', 'deals', 'unknown_parent'],
      ['notes', 'user_id', 'users', 'unknown_user'],
      ['uploaded_files', 'uploadable_id', 'deals', 'unknown_parent'],
      ['uploaded_files', 'user_id', 'users', 'unknown_user'],
    ]
    const before = await server.rowCounts()
    for (const [list, field, to, code] of references) {
      const required = await requiredFields(server, { name: list })
      const gone = to === 'contacts' ? [deleted.id] : []
      for (const id of [theirs[to]?.id, '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55', ...gone]) {
        const value = field.endsWith('ids') ? [id] : id
        const expected = code as Parameters<typeof problemOf>[2]
        problemOf(await api.post(`/${list}`, { ...required, [field]: value }), 400, expected)
        if (list === 'deals')
          problemOf(await api.patch(`/deals/${ours.deals?.id}`, { [field]: value }), 400, expected)
      }
    }
    assert.deepEqual(await server.rowCounts(), before)
  })

  it('shows nothing of another account in a list, a search, a filter or a count', async () => {
    const theirs = await oneOfEach(server, server.other)
    const known = new Set(Object.values(theirs).map(({ id }) => id))
    for (const { name } of resources) {
      for (const id of ids(await server.acme.api.all(`/${name}`))) assert.ok(!known.has(id), name)
      assert.deepEqual(listOf(await server.acme.api.get(`/${name}?id=${theirs[name]?.id}`)), [])
    }
    await server.other.api.made('/contacts', {
      full_name: 'Secretive Soul',
      email: 'secret@example.com',
      tags: ['only-theirs'],
    })
    for (const query of [
      'search=secretive',
      'email=secret@example.com',
      'tag=only-theirs',
      `contact_id=${theirs.contacts?.id}`,
    ]) {
      const list = query.startsWith('contact_id') ? 'deals' : 'contacts'
      assert.deepEqual(listOf(await server.acme.api.get(`/${list}?${query}`)), [])
    }
  })

  it('finds no lead, tag or source of another account when a new one comes in', async () => {
    const ours = await oneOfEach(server)
    await server.other.api.made('/contacts', { full_name: 'Their Rosa', email: 'shared@example.com' })
    const before = await rowsOf(server)
    const deal = await server.acme.api.made('/deals', {
      deal: { pipeline_id: ours.pipelines?.id, tags: ['only-theirs'], accept_duplicates: false },
      contact: { full_name: 'Our Rosa', email: 'shared@example.com' },
    })
    assert.equal((deal.contacts as { name: string }[])[0]?.name, 'Our Rosa')
    assert.equal(await rowsOf(server), before)
  })

  it('takes no account from a body or a query', async () => {
    const body = { full_name: 'Mine', account_id: server.other.accountId, deleted_at: 5, version: 9 }
    const made = await server.acme.api.post(`/contacts?account_id=${server.other.accountId}`, body)
    assert.equal(made.status, 201)
    const [found] = listOf(await server.acme.api.get('/contacts?name=Mine'))
    assert.ok(found)
    assert.deepEqual(listOf(await server.other.api.get('/contacts?name=Mine')), [])
  })
})

/** All rows of the other account, as one text. */
async function rowsOf(server: ApiServer): Promise<string> {
  const texts: string[] = []
  for (const table of tables) {
    const query = sql`select * from ${sql.table(table)} where account_id = ${server.other.accountId}`
    const { rows } = await query.execute(server.running.engine.reader)
    texts.push(table, ...rows.map((row) => JSON.stringify(row)).sort())
  }
  return texts.join('\n')
}
