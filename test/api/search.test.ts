import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../support/engines.ts'
import { type Fields, ids, listOf, problemOf } from './client.ts'
import { startApi } from './server.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  async function found(list: string, words: string): Promise<string[]> {
    return ids(listOf(await server.acme.api.get(`${list}?search=${encodeURIComponent(words)}`)))
  }

  it('finds a contact by its whole e-mail, part of its name, accents or not, and its phone however punctuated', async () => {
    const { id } = await server.acme.api.made('/contacts', {
      full_name: 'José Ñandú O’Brien',
      company_name: 'Åse & Søn',
      email_addresses: ['jose.nandu+home@example.co.uk', 'jn@example.com'],
      phone_numbers: [{ kind: 'mobile', phone: '+1 (555) 010-4477' }],
      address: '7 Calle Única, Springfield, OR 97001-1234',
    })
    await server.acme.api.made('/contacts', { full_name: 'Someone Else', email: 'else@example.com' })
    const words = [
      'jose.nandu+home@example.co.uk',
      'JOSE.NANDU',
      'JOSÉ',
      'jose',
      'ndu',
      'brien josé',
      'o’brien',
      '5550104477',
      '555-010-4477',
      '(555) 010 4477',
      '+1 555.010.4477',
      '15550104477',
      '010-4477',
      'ase',
      '7 calle unica, springfield, or 97001-1234',
      '97001-1234',
      'unica calle 97001',
    ]
    for (const text of words) assert.deepEqual(await found('/contacts', text), [id], text)
    for (const text of ['jose else', 'josee', '555-010-4478'])
      assert.deepEqual(await found('/contacts', text), [], text)
  })

  it('takes %, _, backslash and quotes literally', async () => {
    const odd = await server.acme.api.made('/contacts', { full_name: `100% a_b c\\d 'q' "r"` })
    await server.acme.api.made('/contacts', { full_name: '1000 aXb cXd q r' })
    for (const text of ['100%', 'a_b', 'c\\d', `'q'`, '"r"', '%', '_', '\\'])
      assert.deepEqual(await found('/contacts', text), [odd.id], text)
    assert.deepEqual(await found('/contacts', "'; drop table contacts; --"), [])
  })

  it('is right at once after a creation, a change, a deletion and a restoration', async () => {
    const { api } = server.acme
    const { id } = await api.made('/contacts', { full_name: 'Quentin Quick' })
    assert.deepEqual(await found('/contacts', 'quentin'), [id])
    await api.patch(`/contacts/${id}`, { full_name: 'Walter Wait' })
    assert.deepEqual([await found('/contacts', 'quentin'), await found('/contacts', 'walter')], [[], [id]])
    await api.delete(`/contacts/${id}`)
    assert.deepEqual(await found('/contacts', 'walter'), [])
    await api.post(`/contacts/${id}/restore`)
    assert.deepEqual(await found('/contacts', 'walter'), [id])
  })

  it('finds a deal by its name, its contact and its property, and a property by its units', async () => {
    const { api } = server.acme
    const pipeline = await api.made('/pipelines', { name: 'Searched' })
    const deal = await api.made('/deals', {
      deal: { pipeline_id: pipeline.id, name: 'Big fish', comments: 'Owns\nmore' },
      contact: { full_name: 'Petra Pool', email: 'petra@example.com', phone: '212 555 0100' },
      property: {
        address: '44 Birch Lane',
        city: 'Eugene',
        state: 'OR',
        zip_code: '97401',
        unit_number: 'ZZ9',
      },
    })
    for (const text of [
      'fish',
      'petra@example.com',
      'PETRA',
      '212-555-0100',
      '44 birch lane',
      'Birch petra fish',
      'eugene 97401',
      'more',
    ])
      assert.deepEqual(await found('/deals', text), [deal.id], text)
    assert.deepEqual(await found(`/pipelines/${pipeline.id}/deals`, 'petra'), [deal.id])
    const [property] = listOf(await api.get('/properties?search=zz9'))
    assert.equal(property?.address, '44 Birch Lane')
    assert.deepEqual(await found('/properties', '44 Birch Lane, Eugene, OR 97401'), [property?.id])
    const unit = property?.unit as Fields
    const line = '44 Birch Lane #ZZ9, Eugene, OR 97401'
    assert.equal((property?.full_address as Fields | undefined)?.full_address, line)
    const type = await api.made('/process_types', { name: 'Searched' })
    const process = await api.made('/processes', { process_type_id: type.id, property_ids: [property?.id] })
    for (const [list, id] of [
      ['/properties', property?.id],
      ['/units', unit.id],
      ['/deals', deal.id],
      ['/processes', process.id],
    ] as const)
      assert.deepEqual(await found(list, line), [id], list)
    const [contact] = listOf(await api.get('/contacts?search=petra'))
    await api.delete(`/contacts/${contact?.id}`)
    assert.deepEqual(await found('/deals', 'petra'), [])
  })

  it('works on every other named resource', async () => {
    const { api } = server.acme
    const pipeline = await api.made('/pipelines', { name: 'Xylophone pipeline' })
    const stage = await api.made(`/pipelines/${pipeline.id}/stages`, { name: 'Xylophone stage' })
    const source = await api.made(`/pipelines/${pipeline.id}/sources`, { name: 'Xylophone source' })
    const tag = await api.made('/tags', { name: 'Xylophone tag' })
    const field = await api.made('/custom_fields', {
      label: 'Xylophone',
      data_type: 'text',
      category: 'deal',
    })
    const note = await api.made('/notes', {
      parent_type: 'Contact',
      parent_id: (await api.made('/contacts', {})).id,
      description: 'a xylophone',
    })
    const text = await api.made('/text_messages', {
      from: '+15550104400',
      to: '+15550104499',
      body: 'Bring the xylophone.',
    })
    const call = await api.made('/calls', { description: 'On a xylophone.' })
    const email = await api.made('/emails', { to: ['xylophone@example.com'] })
    const conversation = await api.made('/conversations', {
      kind: 'email',
      inbox: 'office@example.com',
      participant: 'Xylophone@example.org',
    })
    const all = {
      text_messages: text,
      calls: call,
      emails: email,
      pipelines: pipeline,
      stages: stage,
      sources: source,
      tags: tag,
      custom_fields: field,
      notes: note,
    }
    for (const [list, { id }] of Object.entries(all))
      assert.deepEqual(await found(`/${list}`, 'xYlophone'), [id], list)
    assert.ok((await found('/conversations', 'xylophone@example.org')).includes(conversation.id))
    assert.deepEqual(await found('/text_messages', '(555) 010-4499'), [text.id])
    assert.deepEqual(await found('/users', 'ann@example.com'), [server.acme.adminId])
  })

  it('counts what it finds, and refuses more than 500 characters', async () => {
    const { api } = server.acme
    for (let turn = 0; turn < 3; turn++) await api.made('/contacts', { full_name: `Tally ${turn}` })
    const page = await api.get('/contacts?search=tally&per_page=2')
    assert.equal((page.body as { meta: { total_count: number } }).meta.total_count, 3)
    problemOf(await api.get(`/contacts?search=${'x'.repeat(501)}`), 400, 'invalid_parameter')
  })
})
