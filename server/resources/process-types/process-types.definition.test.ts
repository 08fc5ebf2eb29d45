import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Client, dataOf, type Exchange, ids, listOf, problemOf } from '../../../test/api/client.ts'
import { startApi } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'

const renewals = {
  format: 'process_type/1',
  name: 'Lease Renewals',
  naming_template: 'Renewal of {{property.street}}',
  stages: [
    {
      name: 'Review',
      status: 'backlog',
      steps: [
        { kind: 'todo', name: 'Market rent', description: 'Compare.\nTwice.', delay_minutes: 0 },
        { kind: 'call', name: null, description: 'Ask the owner.', delay_minutes: 1440 },
        { kind: 'call', name: null, description: 'Ask the tenant.', delay_minutes: 60 },
      ],
    },
    { name: 'Offer sent', status: 'working', steps: [] },
    { name: 'Renewed', status: 'completed', steps: [] },
    { name: 'Leaves', status: 'canceled', steps: [] },
  ],
  contact_roles: [
    { key: 'tenant', name: 'Tenant' },
    { key: 'owner', name: 'Owner' },
  ],
  assignee_roles: [{ key: 'agent', name: 'Leasing agent' }],
  custom_fields: [
    { key: 'new_rent', label: 'New rent', data_type: 'currency', options: [] },
    { key: 'answer', label: 'Answer', data_type: 'choices', options: ['Renews', 'Leaves'] },
  ],
}

forEachEngine((engine) => {
  const server = startApi(engine)

  const copy = () => structuredClone(renewals)

  async function imported(api: Client, document: object = renewals) {
    const type = await api.made('/process_types/import', document)
    const path = `/process_types/${type.id}`
    const definition = async () => (await api.get(`${path}/definition`)).body as { data: typeof renewals }
    return { id: type.id, path, definition }
  }

  describe('the definition of a process type', () => {
    it('comes out as it went in, here and in another account', async () => {
      const first = await imported(server.acme.api)
      const exported = await first.definition()
      assert.deepEqual(exported.data, renewals)
      const again = await imported(server.acme.api, exported)
      const elsewhere = await imported(server.other.api, { definition: exported.data })
      const text = JSON.stringify(exported)
      assert.equal(JSON.stringify(await again.definition()), text)
      assert.equal(JSON.stringify(await elsewhere.definition()), text)
      assert.doesNotMatch(text, /"id"|_id"/)
    })

    it('is written record by record, each with its entry in the change log', async () => {
      const before = (await server.changesOf(server.acme)).length
      const type = await imported(server.acme.api)
      const made = (await server.changesOf(server.acme, before)).map(
        ({ resource, action }) => `${resource} ${action}`,
      )
      assert.deepEqual(made, [
        'process_types created',
        'process_stages created',
        ...Array(3).fill('steps created'),
        ...Array(3).fill('process_stages created'),
        ...Array(2).fill('contact_roles created'),
        'assignee_roles created',
        ...Array(2).fill('custom_fields created'),
      ])
      const process = await server.acme.api.made('/processes', { process_type_id: type.id })
      assert.equal((process.stage as { name: string }).name, 'Review')
    })

    it('changes what differs and leaves all else as it is', async () => {
      const { api } = server.acme
      const type = await imported(api)
      const stages = listOf(await api.get(`${type.path}/stages`))
      const steps = listOf(await api.get(`/steps?process_type_id=${type.id}`))
      const [backlog, offer] = stages
      const { id } = await api.made('/processes', { process_type_id: type.id, stage_id: offer?.id })
      const before = (await server.changesOf(server.acme)).length
      assert.equal((await api.put(`${type.path}/definition`, renewals)).status, 200)
      assert.equal((await server.changesOf(server.acme)).length, before)

      const document = copy()
      document.name = 'Renewals'
      const [first, second, ...closed] = document.stages
      if (!first || !second) throw new Error('The document has two open stages')
      second.name = 'Offer out'
      first.steps.splice(0, 1)
      first.steps.reverse()
      first.steps[0] = { kind: 'call', name: null, description: 'Ask the tenants.', delay_minutes: 90 }
      const legal = { name: 'Legal', status: 'working', steps: [{ ...renewals.stages[0]?.steps[0] }] }
      const changed = { ...document, stages: [first, second, legal, ...closed] }
      changed.contact_roles = [{ key: 'tenant', name: 'Tenants' }]
      changed.custom_fields[1]?.options.push('Month to month')
      const put = await api.put(`${type.path}/definition`, changed)
      assert.deepEqual(dataOf(put), changed)
      assert.deepEqual((await type.definition()).data, changed)
      const after = listOf(await api.get(`${type.path}/stages`))
      assert.deepEqual(
        [after[0]?.id, after[1]?.id, after[3]?.id, after[4]?.id],
        [backlog?.id, offer?.id, stages[2]?.id, stages[3]?.id],
      )
      const kept = ids(listOf(await api.get(`/process_types/${type.id}/stages/${backlog?.id}/steps`)))
      assert.deepEqual(new Set(kept), new Set([steps[1]?.id, steps[2]?.id]))
      assert.equal((dataOf(await api.get(`/processes/${id}`)).stage as { name: string }).name, 'Offer out')
    })

    it('leaves the lists that it does not name', async () => {
      const type = await imported(server.acme.api)
      const part = { format: 'process_type/1', name: 'Only named' }
      const put = await server.acme.api.put(`${type.path}/definition`, part)
      assert.deepEqual(dataOf(put), { ...renewals, name: 'Only named' })
    })

    it('keeps what is in use, and says what and where', async () => {
      const { api } = server.acme
      const type = await imported(api)
      const contact = await api.made('/contacts', {})
      const { id } = await api.made('/processes', {
        process_type_id: type.id,
        contact_roles_attributes: [{ key: 'owner', contact_ids: [contact.id] }],
        custom_fields: { new_rent: 1500 },
      })
      const document = { ...copy(), stages: [], contact_roles: [], assignee_roles: [], custom_fields: [] }
      const refused = problemOf(await api.put(`${type.path}/definition`, document), 409, 'stage_in_use')
      assert.deepEqual(
        refused.errors.map(({ code, param }) => [code, param]),
        [
          ['stage_in_use', 'stages'],
          ['role_in_use', 'contact_roles'],
          ['custom_field_in_use', 'custom_fields'],
        ],
      )
      assert.deepEqual((await type.definition()).data, renewals)
      await api.patch(`/processes/${id}`, {
        contact_roles_attributes: [{ key: 'owner', contact_ids: [] }],
        custom_fields: { new_rent: null },
      })
      const { stages } = renewals
      const put = await api.put(`${type.path}/definition`, { ...document, stages: stages.slice(0, 1) })
      assert.equal(put.status, 200, put.text)
    })

    it('names every problem by its path and writes nothing', async () => {
      const { api } = server.acme
      const type = await imported(api)
      const wrong = {
        format: 'process_type/1',
        name: '',
        stages: [
          { name: 'Fine', status: 'backlog', steps: [{ kind: 'dance' }, 7] },
          { status: 'asleep', steps: [{ kind: 'call', delay_minutes: -1 }] },
        ],
        contact_roles: [{ name: 'Tenant' }, { key: 'tenant', name: 'Other' }],
        custom_fields: [{ label: 'Color', data_type: 'choices' }],
        assignee_roles: 'agent',
      }
      const expected = [
        'stages[0].steps[1]',
        'contact_roles[1].key',
        'assignee_roles',
        'name',
        'stages[0].steps[0].kind',
        'stages[1].name',
        'stages[1].status',
        'stages[1].steps[0].delay_minutes',
        'custom_fields[0].options',
      ]
      const before = await server.rowCounts()
      const pathsOf = (exchange: Exchange) =>
        problemOf(exchange, 400, 'invalid_field').errors.map(({ param }) => param)
      const made = await api.post('/process_types/import', wrong)
      for (const path of expected) assert.ok(pathsOf(made).includes(path), `${path} in ${made.text}`)
      assert.match(made.text, /stages\[1\]\.name is missing/)
      const put = await api.put(`${type.path}/definition`, wrong)
      for (const path of expected) assert.ok(pathsOf(put).includes(path), `${path} in ${put.text}`)
      assert.deepEqual(await server.rowCounts(), before)
      assert.deepEqual((await type.definition()).data, renewals)
    })

    it('is refused whatever else a body holds, and never half-written', async () => {
      const { api } = server.acme
      const type = await imported(api)
      const before = await server.rowCounts()
      const many = Array(1001).fill({ kind: 'call' })
      const bad = [
        {},
        { name: 'No format' },
        { ...renewals, format: 'process_type/2' },
        { ...renewals, stages: [null] },
        { ...renewals, stages: 'x' },
        { ...renewals, stages: [{ name: 'A', steps: 5 }] },
        { ...renewals, stages: [{ name: 'A', steps: many }] },
        { ...renewals, stages: Array(101).fill({ name: 'A' }) },
        { ...renewals, contact_roles: [{ key: {}, name: [] }] },
        { ...renewals, custom_fields: [{ label: 'X', data_type: 'text', key: 'Not Snake' }] },
        { ...renewals, name: 'nul \u0000' },
      ]
      for (const body of bad) {
        const refused = [await api.post('/process_types/import', body)]
        refused.push(await api.put(`${type.path}/definition`, body))
        for (const { status, text } of refused) assert.equal(status, 400, text)
      }
      assert.deepEqual(await server.rowCounts(), before)
    })

    it('tells what it does not use, and takes forms', async () => {
      const { api } = server.acme
      const odd = { ...copy(), color: 'red', contact_roles: [{ name: 'Tenant', position: 3 }] }
      const post = await api.post('/process_types/import', odd)
      assert.equal(post.headers.get('x-ignored-params'), 'color, contact_roles[0].position')
      const strict = await api.post('/process_types/import', odd, { prefer: 'handling=strict' })
      problemOf(strict, 400, 'unknown_parameter')
      const form = [
        'definition[format]=process_type/1',
        'definition[name]=By form',
        'definition[stages][0][name]=First',
        'definition[stages][0][steps][0][kind]=call',
        'definition[stages][0][steps][0][description]=Call.',
        'definition[custom_fields][][label]=Answer',
        'definition[custom_fields][][data_type]=text',
      ].join('&')
      const type = await imported(api, form as unknown as object)
      const { data } = await type.definition()
      assert.deepEqual(data.stages, [
        {
          name: 'First',
          status: 'working',
          steps: [{ kind: 'call', name: null, description: 'Call.', delay_minutes: 0 }],
        },
      ])
      assert.deepEqual(data.custom_fields, [
        { key: 'answer', label: 'Answer', data_type: 'text', options: [] },
      ])
    })

    it('holds If-Match against every part of the type, and a repeated key against a second one', async () => {
      const { api } = server.acme
      const type = await imported(api)
      const path = `${type.path}/definition`
      const etag = (await api.get(path)).headers.get('etag') ?? ''
      const [step] = listOf(await api.get(`/steps?process_type_id=${type.id}`))
      await api.patch(`/steps/${step?.id}`, { delay_minutes: 5 })
      problemOf(await api.put(path, renewals, { 'if-match': etag }), 412, 'precondition_failed')
      const fresh = (await api.get(path)).headers.get('etag') ?? ''
      assert.equal((await api.put(path, renewals, { 'if-match': fresh })).status, 200)
      const key = { 'idempotency-key': 'import-1' }
      const [one, two] = [
        await api.post('/process_types/import', renewals, key),
        await api.post('/process_types/import', renewals, key),
      ]
      assert.equal(dataOf(one).id, dataOf(two).id)
      assert.equal(two.headers.get('idempotent-replayed'), 'true')
    })

    it('is read by members, written by admins, and of no other account', async () => {
      const type = await imported(server.acme.api)
      await server.addMember('mia@example.com')
      const member = server.client({ ...(await server.signedIn('mia@example.com')), origin: server.url })
      const path = `${type.path}/definition`
      assert.deepEqual(dataOf(await member.get(path)), renewals)
      problemOf(await member.put(path, renewals), 403, 'forbidden')
      problemOf(await member.post('/process_types/import', renewals), 403, 'forbidden')
      problemOf(await server.other.api.get(path), 404, 'not_found')
      problemOf(await server.other.api.put(path, renewals), 404, 'not_found')
      await server.acme.api.delete(type.path)
      problemOf(await server.acme.api.get(path), 404, 'not_found')
    })
  })
})
