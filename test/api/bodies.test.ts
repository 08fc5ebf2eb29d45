import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../support/engines.ts'
import { type Body, dataOf, type Fields, listOf, problemOf } from './client.ts'
import { oneOfEach } from './records.ts'
import { startApi } from './server.ts'

const fields = {
  full_name: 'Rosa Maria Field',
  company_name: 'Field & Daughters',
  email_addresses: ['rosa@example.com', 'r.field@example.com'],
  phone_numbers: [
    { kind: 'mobile', phone: '(555) 010-4477' },
    { kind: 'home', phone: '+44 20 7946 0958' },
  ],
  tags: ['vip', 'años'],
  address: '18 Alder Court =&[]%',
}

forEachEngine((engine) => {
  const server = startApi(engine)

  it('reads the same record from nested and flat JSON, forms and multipart', async () => {
    const wrapped = { contact: fields }
    const bodies: Record<string, Body> = {
      'flat JSON': fields,
      'nested JSON': wrapped,
      'nested and flat JSON': { contact: { ...fields, tags: undefined }, tags: fields.tags },
      'a flat form': form(pairs(fields)),
      'a nested form': form(pairs(fields).map(([name, value]) => [nested(name), value])),
      'an indexed form': form(indexed(fields)),
      'a nested indexed form': form(indexed(fields).map(([name, value]) => [nested(name), value])),
      'flat multipart': multipart(pairs(fields)),
      'nested multipart': multipart(pairs(fields).map(([name, value]) => [nested(name), value])),
    }
    const seen: Record<string, unknown> = {}
    for (const [what, body] of Object.entries(bodies))
      seen[what] = told(await server.acme.api.made('/contacts', body))
    for (const [what, record] of Object.entries(seen)) assert.deepEqual(record, seen['flat JSON'], what)
    assert.deepEqual(seen['flat JSON'], {
      name: 'Rosa Maria Field',
      first_name: 'Rosa Maria',
      last_name: 'Field',
      company_name: 'Field & Daughters',
      emails: fields.email_addresses,
      phone_numbers: fields.phone_numbers,
      address: '18 Alder Court =&[]%',
      tags: ['vip', 'años'],
    })
  })

  it('takes an update in every form', async () => {
    const { id } = await server.acme.api.made('/contacts', fields)
    for (const body of [
      { tags: ['a'] },
      'tags[]=b',
      'contact[tags][0]=c',
      multipart([['contact[tags][]', 'd']]),
    ]) {
      const [patched, put] = [
        await server.acme.api.patch(`/contacts/${id}`, body),
        await server.acme.api.put(`/contacts/${id}`, body),
      ]
      assert.deepEqual(dataOf(patched).tags, dataOf(put).tags)
      assert.equal((dataOf(put).tags as string[]).length, 1)
      assert.deepEqual(dataOf(put).emails, fields.email_addresses)
    }
    assert.deepEqual(dataOf(await server.acme.api.patch(`/contacts/${id}`, 'tags[]=')).tags, [])
  })

  it('takes JSON of any JSON media type and with a charset', async () => {
    for (const type of ['application/json; charset=utf-8', 'application/vnd.api+json', 'Application/JSON']) {
      const made = await server.acme.api.send('POST', '/contacts', '{"full_name":"Ona Moss"}', {
        'content-type': type,
      })
      assert.equal(dataOf(made).name, 'Ona Moss')
    }
  })

  it('answers GET and DELETE that say JSON and have no body', async () => {
    const json = { 'content-type': 'application/json' }
    const { id } = await server.acme.api.made('/contacts', fields)
    assert.equal(dataOf(await server.acme.api.get(`/contacts/${id}`, json)).id, id)
    assert.equal((await server.acme.api.delete(`/contacts/${id}`, json)).status, 204)
    assert.equal((await server.acme.api.send('POST', `/contacts/${id}/restore`, undefined, json)).status, 200)
  })

  it('accepts numbers and yes-or-no words of a form as those of JSON', async () => {
    const { pipelines } = await oneOfEach(server)
    const told = (deal: Fields) => [deal.value, deal.cost, (deal.source as Fields).name]
    const asJson = {
      pipeline_id: pipelines?.id,
      value: 1200.5,
      cost: '25',
      source_id_or_name: 'Fair',
      create_source_if_new: true,
    }
    const asForm = `deal[pipeline_id]=${pipelines?.id}&deal[value]=1200.50&deal[cost]=25.0&deal[source_id_or_name]=fair&deal[create_source_if_new]=1`
    assert.deepEqual(told(await server.acme.api.made('/deals', asJson)), ['1200.5', '25.0', 'Fair'])
    assert.deepEqual(told(await server.acme.api.made('/deals', asForm)), ['1200.5', '25.0', 'Fair'])
  })

  it('names unknown and read-only fields, and writes nothing under strict handling', async () => {
    const body = { full_name: 'Rosa Field', nickname: 'Ro', id: 'x', created_at: '2020-01-01' }
    const made = await server.acme.api.post('/contacts', body)
    assert.equal(made.status, 201)
    assert.equal(made.headers.get('x-ignored-params'), 'nickname, id, created_at')
    const before = await server.rowCounts()
    const strict = { prefer: 'respond-async, handling=strict' }
    const { errors } = problemOf(
      await server.acme.api.post('/contacts', body, strict),
      400,
      'unknown_parameter',
    )
    assert.deepEqual(
      errors.map(({ param }) => param),
      ['nickname', 'id', 'created_at'],
    )
    problemOf(
      await server.acme.api.post('/contacts?x=1', { full_name: 'R' }, strict),
      400,
      'unknown_parameter',
    )
    problemOf(await server.acme.api.get('/contacts?x=1', strict), 400, 'unknown_parameter')
    assert.deepEqual(await server.rowCounts(), before)
    assert.equal(
      (await server.acme.api.post('/contacts', { full_name: 'R' }, { prefer: 'handling=lenient' })).status,
      201,
    )
  })

  it('names every missing and wrong field in one answer, as they were sent', async () => {
    const flat = problemOf(
      await server.acme.api.post('/units', { num_bedrooms: 'x', square_feet: -1 }),
      400,
      'invalid_field',
    )
    assert.deepEqual(
      flat.errors.map(({ param }) => param),
      ['num_bedrooms', 'square_feet', 'property_id'],
    )
    const { error } = problemOf(
      await server.acme.api.post('/deals', 'contact[full_name]=Ro'),
      400,
      'missing_field',
    )
    assert.equal(error, 'deal[pipeline_id] is missing')
    const both = problemOf(await server.acme.api.post('/notes', {}), 400, 'missing_field')
    assert.equal(both.error, 'parent_type is missing, parent_id is missing, description is missing')
    const unknown = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'
    const wrapped = problemOf(
      await server.acme.api.post('/deals', { deal: { pipeline_id: unknown } }),
      400,
      'unknown_pipeline',
    )
    assert.deepEqual(wrapped.errors[0]?.param, 'deal[pipeline_id]')
    assert.match(wrapped.error, /deal\[pipeline_id\] is invalid/)
  })

  it('refuses a part of a lead that is no object of fields', async () => {
    const { pipelines } = await oneOfEach(server)
    for (const contact of ['Rosa', 7, [{ full_name: 'Rosa' }]]) {
      const exchange = await server.acme.api.post('/deals', { deal: { pipeline_id: pipelines?.id }, contact })
      assert.equal(problemOf(exchange, 400, 'invalid_field').errors[0]?.param, 'contact')
    }
    for (const contact of [null, ''])
      assert.equal(
        (await server.acme.api.post('/deals', { deal: { pipeline_id: pipelines?.id }, contact })).status,
        201,
      )
    assert.ok(listOf(await server.acme.api.get('/deals')).length > 0)
  })
})

function nested(name: string): string {
  const at = name.indexOf('[')
  return at < 0 ? `contact[${name}]` : `contact[${name.slice(0, at)}]${name.slice(at)}`
}

type Pairs = [string, string][]

function pairs(of: typeof fields): Pairs {
  return [
    ...texts(of),
    ...of.email_addresses.map((email): [string, string] => ['email_addresses[]', email]),
    ...of.phone_numbers.flatMap(
      ({ kind, phone }): Pairs => [
        ['phone_numbers[][kind]', kind],
        ['phone_numbers[][phone]', phone],
      ],
    ),
    ...of.tags.map((tag): [string, string] => ['tags[]', tag]),
  ]
}

function indexed(of: typeof fields): Pairs {
  return [
    ...texts(of),
    ...of.email_addresses.map((email, at): [string, string] => [`email_addresses[${at}]`, email]),
    ...of.phone_numbers.flatMap(
      ({ kind, phone }, at): Pairs => [
        [`phone_numbers[${at}][kind]`, kind],
        [`phone_numbers[${at}][phone]`, phone],
      ],
    ),
    ...of.tags.map((tag, at): [string, string] => [`tags[${at}]`, tag]),
  ]
}

function texts({ full_name, company_name, address }: typeof fields): Pairs {
  return Object.entries({ full_name, company_name, address })
}

function form(of: Pairs): string {
  return of.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
}

function multipart(of: Pairs): FormData {
  const data = new FormData()
  for (const [name, value] of of) data.append(name, value)
  return data
}

/** The record without what differs from one to the next. */
function told({ id: _, link: __, created_at: ___, updated_at: ____, ...rest }: Fields): unknown {
  return rest
}
