import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../support/engines.ts'
import { dataOf, type Fields, ids, listOf, problemOf } from './client.ts'
import { startApi } from './server.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  async function newPipeline() {
    const { id } = await server.acme.api.made('/pipelines', { name: 'Owners' })
    const [first, second] = listOf(await server.acme.api.get(`/pipelines/${id}/stages`))
    return { id, first: first?.id ?? '', second: second?.id ?? '' }
  }

  it('need a pipeline alone, and read with every field', async () => {
    const { api } = server.acme
    const { id, first } = await newPipeline()
    const deal = await api.made('/deals?include_custom_fields=true', { deal: { pipeline_id: id } })
    const { id: _, created_at: __, updated_at: ___, link, ...rest } = deal
    assert.deepEqual(rest, {
      name: 'Unknown Name',
      pipeline: { id, name: 'Owners' },
      stage: { id: first, name: 'Prospective', status: 'prospect' },
      source: null,
      assignee: null,
      contacts: [],
      properties: [],
      comments: null,
      value: null,
      cost: null,
      next_task_kind: null,
      next_task_due_at: null,
      num_outbound_emails: 0,
      last_emailed_at: null,
      tags: [],
      custom_fields: [],
    })
    assert.equal(link, `${server.url}/deals/${deal.id}`)
    const unnamed = await api.made('/deals', { deal: { pipeline_id: id }, contact: {} })
    assert.deepEqual(
      [unnamed.name, (unnamed.contacts as Fields[])[0]?.name],
      ['Unknown Name', 'Unknown Name'],
    )
  })

  it('bring contact and property in one call, from every kind of body', async () => {
    const { api } = server.acme
    const { id, second } = await newPipeline()
    const json = {
      deal: {
        pipeline_id: id,
        stage_id: second,
        source_id_or_name: 'Web',
        create_source_if_new: true,
        comments: 'a\nb',
        value: '1200.5',
        tags: ['vip'],
      },
      contact: {
        full_name: 'Rosa Field',
        email_addresses: ['rosa@example.com'],
        phone_numbers: [{ kind: 'home', phone: '(212) 555-0123' }],
        company_name: 'Field LLC',
      },
      property: {
        address: '18 Alder Court',
        address_zip_code: '97001',
        square_feet: 1200,
        num_bedrooms: 3,
        estimated_rent: '1500',
      },
    }
    const {
      deal: { pipeline_id: _, ...rest },
      ...parts
    } = json
    const form = new URLSearchParams()
    form.append('deal[pipeline_id]', id)
    form.append('deal[stage_id]', second)
    form.append('deal[source_id_or_name]', 'Web')
    form.append('deal[create_source_if_new]', 'true')
    form.append('deal[comments]', 'a\nb')
    form.append('deal[value]', '1200.50')
    form.append('deal[tags][]', 'vip')
    form.append('contact[full_name]', 'Rosa Field')
    form.append('contact[email_addresses][]', 'rosa@example.com')
    form.append('contact[phone_numbers][][kind]', 'home')
    form.append('contact[phone_numbers][][phone]', '(212) 555-0123')
    form.append('contact[company_name]', 'Field LLC')
    form.append('property[address]', '18 Alder Court')
    form.append('property[address_zip_code]', '97001')
    form.append('property[square_feet]', '1200')
    form.append('property[num_bedrooms]', '3')
    form.append('property[estimated_rent]', '1500')
    const multipart = new FormData()
    for (const [name, value] of form) multipart.append(name, name === 'deal[comments]' ? 'a\nb' : value)
    const bodies = [json, { ...rest, pipeline_id: id, ...parts }, form, form.toString(), multipart]
    const made: Fields[] = []
    for (const body of bodies) {
      const isText = typeof body === 'string'
      const answer = await api.send(
        'POST',
        '/deals',
        body,
        isText ? { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' } : {},
      )
      assert.equal(answer.status, 201, answer.text)
      assert.equal(answer.headers.get('x-ignored-params'), null)
      made.push(dataOf(answer))
    }
    for (const deal of made) {
      const [contact, ...others] = deal.contacts as Fields[]
      const [property] = deal.properties as Fields[]
      assert.deepEqual(others, [])
      assert.deepEqual(
        [
          deal.name,
          deal.comments,
          deal.value,
          deal.tags,
          (deal.stage as Fields).id,
          (deal.source as Fields).name,
        ],
        ['Rosa Field', 'a\nb', '1200.5', ['vip'], second, 'Web'],
      )
      assert.deepEqual(
        [contact?.emails, contact?.phone_numbers],
        [['rosa@example.com'], [{ kind: 'home', phone: '(212) 555-0123' }]],
      )
      const unit = property?.unit as Fields
      assert.deepEqual(
        [property?.zip_code, unit.square_feet, unit.num_bedrooms, unit.estimated_rent],
        ['97001', 1200, '3.0', '1500.0'],
      )
    }
    assert.equal(new Set(made.map(({ contacts }) => (contacts as Fields[])[0]?.id)).size, 1)
    assert.equal(new Set(made.map(({ properties }) => (properties as Fields[])[0]?.id)).size, 1)
  })

  it('find the contact by e-mail in another case and by phone in another punctuation', async () => {
    const { api } = server.acme
    const { id } = await newPipeline()
    const { id: rosa } = await api.made('/contacts', {
      full_name: 'Rosa',
      emails: ['Rosa.Known@Example.com'],
      phone_numbers: ['(212) 555-0177'],
    })
    const contactOf = async (contact: object) =>
      (await api.made('/deals', { deal: { pipeline_id: id }, contact })).contacts as Fields[]
    for (const contact of [
      { email: 'rosa.known@example.COM' },
      { phone: '+1 212.555.0177' },
      { phone_numbers: [{ phone: '2125550177' }] },
      { email: 'new@example.com', phone: '1-212-555-0177' },
    ])
      assert.deepEqual(ids(await contactOf(contact)), [rosa], JSON.stringify(contact))
    await api.delete(`/contacts/${rosa}`)
    assert.notDeepEqual(ids(await contactOf({ email: 'rosa.known@example.com' })), [rosa])
  })

  it('are made again, shared or found according to accept_duplicates', async () => {
    const { api } = server.acme
    const { id, second } = await newPipeline()
    const lead = (accept_duplicates?: unknown) => ({
      deal: { pipeline_id: id, ...(accept_duplicates === undefined ? {} : { accept_duplicates }) },
      contact: { full_name: 'Dupe', email: 'dupe@example.com' },
      property: { address: '1 Twin Rd', city: 'Ashford' },
    })
    const first = await api.made('/deals', lead())
    const before = await server.rowCounts()
    for (const no of [false, 'false', '0']) {
      const found = await api.post('/deals', lead(no))
      assert.deepEqual(
        [found.status, dataOf(found).id, (found.body as { meta: unknown }).meta],
        [200, first.id, { duplicate: true }],
      )
    }
    assert.deepEqual(await server.rowCounts(), before)
    const shared = await api.made('/deals', lead())
    assert.deepEqual(
      [ids(shared.contacts as Fields[]), ids(shared.properties as Fields[])],
      [ids(first.contacts as Fields[]), ids(first.properties as Fields[])],
    )
    const anew = await api.made('/deals', lead(true))
    assert.notDeepEqual(ids(anew.contacts as Fields[]), ids(first.contacts as Fields[]))
    assert.notDeepEqual(ids(anew.properties as Fields[]), ids(first.properties as Fields[]))
    problemOf(await api.post('/deals', lead('perhaps')), 400, 'invalid_field')
    const other = await newPipeline()
    const elsewhere = await api.post('/deals', {
      ...lead(false),
      deal: { pipeline_id: other.id, accept_duplicates: false },
    })
    assert.equal(elsewhere.status, 201)
    for (const deal of listOf(await api.get(`/pipelines/${id}/deals`))) await api.delete(`/deals/${deal.id}`)
    assert.equal((await api.post('/deals', lead(false))).status, 201)
    assert.ok(second)
  })

  it('are no duplicates of a closed one', async () => {
    const { api } = server.acme
    const { id } = await newPipeline()
    const won = listOf(await api.get(`/pipelines/${id}/stages?status=won`))[0]
    const lead = {
      deal: { pipeline_id: id, accept_duplicates: false },
      contact: { email: 'closed@example.com' },
    }
    const first = await api.made('/deals', lead)
    await api.put(`/deals/${first.id}`, { stage_id: won?.id })
    assert.equal((await api.post('/deals', lead)).status, 201)
  })

  it('are all or nothing: a wrong part leaves nothing of the others', async () => {
    const { api } = server.acme
    const { id } = await newPipeline()
    const before = await server.rowCounts()
    const contact = { full_name: 'Half', email: 'half@example.com', tags: ['half'] }
    const wrong = [
      { deal: { pipeline_id: id }, contact, property: { address: 'x', num_bedrooms: 'many' } },
      { deal: { pipeline_id: id, stage_id: 'x' }, contact },
      { deal: { pipeline_id: id, source_id_or_name: 'Unknown' }, contact },
      {
        deal: { pipeline_id: id, source_id_or_name: 'New', create_source_if_new: true, value: 'x' },
        contact,
      },
      { deal: {}, contact },
      { deal: { pipeline_id: id }, contact: { ...contact, email: 'no address' }, property: { address: 'x' } },
    ]
    for (const body of wrong) assert.equal((await api.post('/deals', body)).status, 400)
    const strict = await api.post(
      '/deals',
      { deal: { pipeline_id: id }, contact, property: { colour: 1 } },
      { prefer: 'handling=strict' },
    )
    problemOf(strict, 400, 'unknown_parameter')
    assert.deepEqual(await server.rowCounts(), before)
  })

  it('stand in a stage of their own pipeline, with a source of it', async () => {
    const { api } = server.acme
    const a = await newPipeline()
    const b = await newPipeline()
    const source = await api.made(`/pipelines/${a.id}/sources`, { name: 'Fair' })
    problemOf(
      await api.post('/deals', { deal: { pipeline_id: a.id, stage_id: b.first } }),
      400,
      'stage_not_in_pipeline',
    )
    problemOf(
      await api.post('/deals', { deal: { pipeline_id: b.id, source_id: source.id } }),
      400,
      'source_not_in_pipeline',
    )
    const deal = await api.made('/deals', { pipeline_id: a.id, source_id: source.id })
    problemOf(await api.put(`/deals/${deal.id}`, { stage_id: b.first }), 400, 'stage_not_in_pipeline')
    assert.equal(
      (dataOf(await api.put(`/deals/${deal.id}`, `stage_id=${a.second}`)).stage as Fields).id,
      a.second,
    )
    problemOf(
      await api.put(`/deals/${deal.id}`, { pipeline_id: b.id, source_id: source.id }),
      400,
      'source_not_in_pipeline',
    )
    const moved = dataOf(await api.put(`/deals/${deal.id}`, { pipeline_id: b.id }))
    assert.deepEqual([(moved.stage as Fields).id, moved.source], [b.first, null])
    const back = dataOf(
      await api.put(`/deals/${deal.id}`, {
        pipeline_id: a.id,
        stage_id: a.second,
        source_id_or_name: 'FAIR',
      }),
    )
    assert.deepEqual([(back.stage as Fields).id, (back.source as Fields).id], [a.second, source.id])
  })

  it('keep their contacts when they are deleted, and lose those that are', async () => {
    const { api } = server.acme
    const { id } = await newPipeline()
    const [one, two] = [
      await api.made('/contacts', { full_name: 'One' }),
      await api.made('/contacts', { full_name: 'Two' }),
    ]
    const deal = await api.made('/deals', { pipeline_id: id, contact_ids: [two.id, one.id, two.id] })
    assert.deepEqual(ids(deal.contacts as Fields[]), [two.id, one.id])
    assert.deepEqual(ids(listOf(await api.get(`/contacts/${one.id}/deals`))), [deal.id])
    await api.delete(`/contacts/${two.id}`)
    assert.deepEqual(ids(dataOf(await api.get(`/deals/${deal.id}`)).contacts as Fields[]), [one.id])
    await api.post(`/contacts/${two.id}/restore`)
    await api.delete(`/deals/${deal.id}`)
    assert.equal((await api.get(`/contacts/${one.id}`)).status, 200)
    assert.deepEqual(listOf(await api.get(`/contacts/${one.id}/deals`)), [])
    await api.post(`/deals/${deal.id}/restore`)
    assert.deepEqual(ids(dataOf(await api.get(`/deals/${deal.id}`)).contacts as Fields[]), [two.id, one.id])
    assert.deepEqual(dataOf(await api.put(`/deals/${deal.id}`, 'contact_ids[]=')).contacts, [])
  })
})
