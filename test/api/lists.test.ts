import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { resources } from '../../server/resources/operations.ts'
import { sortableFields } from '../../server/rest/list-query.ts'
import { forEachEngine } from '../support/engines.ts'
import { type Fields, ids, listOf, metaOf, problemOf } from './client.ts'
import { midnight, oneOfEach, requiredFields } from './records.ts'
import { startApi } from './server.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  describe('pages', () => {
    it('carry the envelope, all of it whole numbers', async () => {
      const { api } = server.other
      for (let turn = 0; turn < 7; turn++) await api.made('/tags', { name: `t${turn}` })
      const page = await api.get('/tags?page=2&per_page=3')
      assert.deepEqual(
        listOf(page).map(({ name }) => name),
        ['t3', 't4', 't5'],
      )
      const { next_cursor, ...meta } = metaOf(page)
      assert.deepEqual(meta, { page_number: 2, total_count: 7, total_pages: 3, per_page: 3, has_more: true })
      assert.equal(typeof next_cursor, 'string')
      assert.deepEqual(metaOf(await api.get('/tags')), {
        page_number: 1,
        total_count: 7,
        total_pages: 1,
        per_page: 25,
        next_cursor: null,
        has_more: false,
      })
    })

    it('end with an empty one past the end, and are never larger than 200', async () => {
      const { api } = server.other
      const past = await api.get('/tags?page=9&per_page=3')
      assert.deepEqual(listOf(past), [])
      assert.deepEqual([metaOf(past).total_count, metaOf(past).has_more], [7, false])
      assert.deepEqual(listOf(await api.get('/tags?page=999999999')), [])
      assert.equal(metaOf(await api.get('/tags?per_page=5000')).per_page, 200)
    })

    it('are linked to each other', async () => {
      const { api } = server.other
      const link = (await api.get('/tags?per_page=3&page=2&search=t')).headers.get('link')
      const to = (page: number) => `</rest/tags?per_page=3&search=t&page=${page}>`
      assert.equal(
        link,
        `${to(1)}; rel="first", ${to(1)}; rel="prev", ${to(3)}; rel="next", ${to(3)}; rel="last"`,
      )
      const byCursor = await api.get('/tags?cursor=&per_page=3')
      assert.match(
        byCursor.headers.get('link') ?? '',
        /^<\/rest\/tags\?per_page=3&cursor=[\w%-]+>; rel="next"$/,
      )
      assert.equal(metaOf(byCursor).page_number, undefined)
    })

    it('are not counted with include_total=false', async () => {
      const page = await server.other.api.get('/tags?include_total=false&per_page=3')
      assert.deepEqual(Object.keys(metaOf(page)), ['page_number', 'per_page', 'next_cursor', 'has_more'])
      assert.doesNotMatch(page.headers.get('link') ?? '', /last/)
    })

    it('of a bad number, flag or order are refused, all in one answer', async () => {
      for (const query of [
        'page=0',
        'page=-1',
        'page=x',
        'per_page=0',
        'per_page=1.5',
        'include_total=maybe',
        'order_field=tags',
        'order_field=__proto__',
        'order_direction=up',
        'updated_since=yesterday',
        'page[]=1',
      ])
        problemOf(await server.acme.api.get(`/contacts?${query}`), 400, 'invalid_parameter')
      const { errors } = problemOf(
        await server.acme.api.get('/contacts?page=x&per_page=y&order_field=z'),
        400,
        'invalid_parameter',
      )
      assert.deepEqual(
        errors.map(({ param }) => param),
        ['per_page', 'page', 'order_field'],
      )
    })
  })

  describe('order', () => {
    it('is oldest first unless asked otherwise', async () => {
      const made = [
        await server.acme.api.made('/contacts', { full_name: 'Zed' }),
        await server.acme.api.made('/contacts', { full_name: 'Abe' }),
      ]
      const found = ids(await server.acme.api.all('/contacts')).filter((id) => ids(made).includes(id))
      assert.deepEqual(found, ids(made))
    })

    for (const resource of resources) {
      it(`of ${resource.name} works for every sortable field, both ways, by page as by cursor`, async () => {
        const { api } = server.acme
        await oneOfEach(server)
        if (resource.operations.includes('create'))
          for (let turn = 0; turn < 3; turn++)
            await api.made(`/${resource.name}`, await requiredFields(server, resource))
        const all = ids(await api.all(`/${resource.name}`)).sort()
        assert.ok(sortableFields(resource).length > 0)
        for (const field of sortableFields(resource)) {
          for (const direction of ['asc', 'desc']) {
            const path = `/${resource.name}?order_field=${field}&order_direction=${direction}`
            const byCursor = ids(await api.all(path, 2))
            assert.deepEqual([...byCursor].sort(), all, path)
            assert.deepEqual(byCursor, ids(listOf(await api.get(`${path}&per_page=200`))), path)
          }
        }
      })
    }

    it('puts empty values last both ways, decimals by size, and equals by id', async () => {
      const { api } = server.acme
      const { pipelines } = await oneOfEach(server)
      const values = ['10', null, '9.5', '9.5', '-3', null, '100.0001', '0']
      const name = 'Ordered'
      for (const value of values) await api.made('/deals', { pipeline_id: pipelines?.id, name, value })
      const path = `/deals?name=${name}&order_field=value`
      const seen = async (direction: string) =>
        (await api.all(`${path}&order_direction=${direction}`, 3)).map(({ value }) => value)
      assert.deepEqual(await seen('asc'), ['-3.0', '0.0', '9.5', '9.5', '10.0', '100.0001', null, null])
      assert.deepEqual(await seen('desc'), ['100.0001', '10.0', '9.5', '9.5', '0.0', '-3.0', null, null])
      const equals = (await api.all(`${path}&order_direction=desc`, 1)).filter(
        ({ value }) => value === '9.5' || value === null,
      )
      assert.deepEqual(ids(equals.slice(0, 2)), ids(equals.slice(0, 2)).sort().reverse())
      assert.deepEqual(ids(equals.slice(2)), ids(equals.slice(2)).sort().reverse())
    })

    it('of text does not regard the case of letters', async () => {
      const { api } = server.acme
      for (const name of ['beta-x', 'Alpha-x', 'gamma-x', 'ALPHA-x'])
        await api.made('/tags', { name: `${name}${name === 'ALPHA-x' ? '2' : ''}` })
      const names = (await api.all('/tags?search=-x&order_field=name', 1)).map(({ name }) => name)
      assert.deepEqual(names, ['Alpha-x', 'ALPHA-x2', 'beta-x', 'gamma-x'])
    })
  })

  describe('cursors', () => {
    for (const [field, direction] of [
      ['created_at', 'asc'],
      ['first_name', 'asc'],
      ['first_name', 'desc'],
      ['company_name', 'desc'],
    ]) {
      it(`by ${field} ${direction} miss and double nothing while records come and go`, async () => {
        const { api } = server.acme
        const tag = `run-${field}-${direction}`
        const make = (turn: number) =>
          api.made('/contacts', {
            first_name: `n${turn % 4}`,
            company_name: turn % 3 ? `c${turn % 2}` : null,
            tags: [tag],
          })
        const stay: Fields[] = []
        for (let turn = 0; turn < 9; turn++) stay.push(await make(turn))
        const gone = [await make(20), await make(21)]
        const seen: string[] = []
        let cursor: string | null = ''
        for (let turn = 0; cursor !== null; turn++) {
          const page = await api.get(
            `/contacts?tag=${tag}&order_field=${field}&order_direction=${direction}&per_page=2&cursor=${cursor}`,
          )
          seen.push(...ids(listOf(page)))
          cursor = metaOf(page).next_cursor
          const leaving = gone[turn]
          if (leaving) await api.delete(`/contacts/${leaving.id}`)
          if (turn < 3) await make(30 + turn)
        }
        assert.equal(new Set(seen).size, seen.length)
        for (const { id } of stay) assert.ok(seen.includes(id))
      })
    }

    it('that are damaged, or were made for another order or resource, are refused', async () => {
      const { api } = server.acme
      const cursor = metaOf(await api.get('/contacts?per_page=1&cursor=')).next_cursor ?? ''
      const crafted = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url')
      const id = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'
      const paths = [
        `/contacts?cursor=${cursor.slice(0, -4)}`,
        '/contacts?cursor=nonsense',
        '/contacts?cursor=%00%ff'.replace('%ff', ''),
        `/contacts?cursor=${cursor}&order_direction=desc`,
        `/contacts?cursor=${cursor}&order_field=name`,
        `/tags?cursor=${cursor}`,
        `/contacts?cursor=${crafted(['contacts', 'created_at', 'asc', 1, '------------------------------------'])}`,
        `/contacts?cursor=${crafted(['contacts', 'created_at', 'asc', 1e300, id])}`,
        `/contacts?cursor=${crafted(['contacts', 'created_at', 'asc', '1', id])}`,
        `/contacts?cursor=${crafted(['contacts', 'created_at', 'asc', null, id])}`,
        `/contacts?cursor=${crafted({ a: 1 })}`,
      ]
      for (const path of paths) {
        const { status } = await api.get(path)
        assert.equal(status, 400, path)
      }
      problemOf(await api.get('/contacts?cursor=nonsense'), 400, 'invalid_cursor')
    })
  })

  describe('filters', () => {
    for (const resource of resources) {
      const filters = Object.values(resource.fields).flatMap((field) => field.filters ?? [])
      it(`of ${resource.name} find a record by each of its own values, as a list and by repetition`, async () => {
        const { api } = server.acme
        const record = (await oneOfEach(server))[resource.name]
        const read = record && (await api.get(`/${resource.name}/${record.id}`)).body
        for (const { param, range } of filters) {
          const value = filterValue(param, (read as { data: Fields }).data)
          if (value === undefined) continue
          const spelt = encodeURIComponent(String(value))
          const forms = [`${param}=${spelt}`, `${param}[]=${spelt}`, `${param}=${spelt}&${param}=${spelt}`]
          if (!/,/.test(String(value))) forms.push(`${param}=${spelt},${spelt}`)
          if (range)
            forms.push(
              `${param}[gte]=${spelt}`,
              `${param}[lte]=${spelt}`,
              `${param}[gte]=${spelt}&${param}[lte]=${spelt}`,
            )
          for (const form of forms) {
            const answer = await api.get(`/${resource.name}?per_page=200&${form}`)
            assert.equal(answer.headers.get('x-ignored-params'), null, form)
            assert.ok(ids(listOf(answer)).includes(String(record?.id)), `${resource.name}?${form}`)
          }
          if (!range) continue
          for (const form of [`${param}[gt]=${spelt}`, `${param}[lt]=${spelt}`])
            assert.ok(!ids(await api.all(`/${resource.name}?${form}`)).includes(String(record?.id)), form)
        }
      })
    }

    it('that refer to records refuse what is no id', async () => {
      for (const path of [
        '/deals?stage_id=x',
        '/deals?contact_id=1',
        '/units?property_id=',
        '/notes?parent_id=%20',
        '/contacts?id=1,2',
      ])
        problemOf(await server.acme.api.get(path), 400, 'invalid_parameter')
    })

    it('find the records that have none', async () => {
      const { api, adminId } = server.acme
      const { contacts, properties, process_types } = await oneOfEach(server)
      const body = { process_type_id: process_types?.id, name: 'Bare' }
      const bare = await api.made('/processes', body)
      const gone = await api.made('/properties', { address: '1 Gone Road' })
      const about = await api.made('/processes', { ...body, property_ids: [gone.id], user_id: adminId })
      const found = async (query: string) => ids(await api.all(`/processes?name=bare&${query}`))
      assert.deepEqual(await found('property_id=none'), [bare.id])
      await api.delete(`/properties/${gone.id}`)
      assert.deepEqual(await found('property_id=none'), [bare.id, about.id])
      assert.deepEqual(await found(`property_id=NONE,${properties?.id}`), [bare.id, about.id])
      assert.deepEqual(await found('contact_id=none'), [bare.id, about.id])
      assert.deepEqual(await found('user_id=none'), [bare.id])
      assert.deepEqual(await found(`user_id=none,${adminId}`), [bare.id, about.id])
      const named = await api.all(`/processes?contact_id=none,${contacts?.id}`)
      assert.equal(named.length, (await api.all('/processes')).length)
      problemOf(await api.get('/processes?process_type_id=none'), 400, 'invalid_parameter')
    })

    it('of contacts know the pipelines of their deals', async () => {
      const { api } = server.other
      const pipeline = await api.made('/pipelines', { name: 'Vendors' })
      const vendor = await api.made('/contacts', { full_name: 'Vera Vance' })
      const body = { pipeline_id: pipeline.id, contact_ids: [vendor.id] }
      const { id } = await api.made('/deals', body)
      for (const path of [`/contacts?pipeline_id=${pipeline.id}`, `/pipelines/${pipeline.id}/contacts`])
        assert.deepEqual(ids(await api.all(path)), [vendor.id])
      await api.delete(`/deals/${id}`)
      assert.deepEqual(await api.all(`/contacts?pipeline_id=${pipeline.id}`), [])
    })

    it('of tasks see through to their deals and processes', async () => {
      const { api, adminId } = server.other
      const each = await oneOfEach(server, server.other)
      const [deal, process] = [each.deals, each.processes]
      const stage = process?.stage as Fields | undefined
      const ofDeal = await api.made(`/deals/${deal?.id}/tasks`, { user_id: adminId })
      const ofProcess = each.tasks?.id
      const alone = await api.made('/tasks', { user_id: adminId })
      const both = [ofProcess, ofDeal.id]
      const expected: [string, unknown[]][] = [
        [`pipeline_id=${each.pipelines?.id}`, [ofDeal.id]],
        [`process_type_id=${each.process_types?.id}`, [ofProcess]],
        [`stage_id=${each.stages?.id}`, [ofDeal.id]],
        [`stage_id=${each.stages?.id},${stage?.id}`, both],
        [`contact_id=${each.contacts?.id}`, both],
        [`property_id=${each.properties?.id}`, both],
        [`process_id=${process?.id}&completed=false`, [ofProcess]],
        [`deal_id=${deal?.id}&completed=false`, [ofDeal.id]],
        ['deal_id=none', [ofProcess, alone.id]],
      ]
      for (const [query, tasks] of expected)
        assert.deepEqual(ids(await api.all(`/tasks?${query}`)), tasks, query)
      const nested: [string, unknown[]][] = [
        [`/pipelines/${each.pipelines?.id}/tasks`, [ofDeal.id]],
        [`/process_types/${each.process_types?.id}/tasks`, [ofProcess]],
        [`/contacts/${each.contacts?.id}/tasks`, both],
        [`/properties/${each.properties?.id}/tasks`, both],
        [`/users/${adminId}/tasks`, [ofDeal.id, alone.id]],
        [`/users/${adminId}/deals`, [deal?.id]],
        [`/users/${adminId}/processes`, []],
      ]
      for (const [path, tasks] of nested) assert.deepEqual(ids(await api.all(path)), tasks, path)
    })

    it('of a few words refuse other words', async () => {
      for (const path of [
        '/deals?status=asleep',
        '/units?occupancy=Nobody',
        '/stages?status=x',
        '/notes?parent_type=House',
        '/custom_fields?data_type=colour',
        '/notes?direction=up',
        '/users?role=king',
      ])
        problemOf(await server.acme.api.get(path), 400, 'invalid_parameter')
      assert.ok(listOf(await server.acme.api.get('/units?occupancy=vacant,occupied')).length > 0)
    })

    it('of deals know open and closed', async () => {
      const { api } = server.acme
      const pipeline = await api.made('/pipelines', { name: 'Statuses' })
      for (const status of ['prospect', 'lead', 'active', 'won', 'lost', 'past', 'invalid']) {
        const { id } = await api.made('/stages', { pipeline_id: pipeline.id, name: status, status })
        await api.made('/deals', { pipeline_id: pipeline.id, stage_id: id })
      }
      const seen = async (query: string) =>
        listOf(await api.get(`/pipelines/${pipeline.id}/deals?${query}`)).map(
          ({ stage }) => (stage as Fields).status,
        )
      assert.deepEqual(await seen('status=open'), ['prospect', 'lead', 'active'])
      assert.deepEqual(await seen('status=Closed'), ['won', 'lost', 'past', 'invalid'])
      assert.deepEqual(await seen('status=won,open'), ['prospect', 'lead', 'active', 'won'])
    })

    it('by tag find any of several, in any case', async () => {
      const { api } = server.acme
      const a = await api.made('/contacts', { tags: ['Blue Sky'] })
      const b = await api.made('/contacts', { tags: ['red, dark'] })
      assert.deepEqual(ids(await api.all('/contacts?tag=blue%20sky')), [a.id])
      assert.deepEqual(ids(await api.all('/contacts?tags[]=red,%20dark&tags[]=BLUE%20SKY')), [a.id, b.id])
      assert.deepEqual(await api.all('/deals?tag=blue%20sky'), [])
    })

    it('by custom field know every data type', async () => {
      const { api } = server.acme
      const values: Record<string, [unknown, unknown, string[], string[]]> = {
        text: ['Überdacht', 'x', ['=uberdacht', '[]=ÜBERDACHT'], []],
        choices: ['Cats', 'Dogs', ['=cats'], []],
        number: [12.5, 3, ['=12.5', '[gt]=12', '[gte]=12.5&[lte]=12.50'], ['[lt]=12.5']],
        currency: ['1200.10', 3, ['=1200.1', '[gt]=1200'], []],
        percentage: [7, 3, ['=7.0', '[gte]=7'], []],
        date: [
          '2026-03-08',
          '2020-01-01',
          [
            '=2026-03-08',
            `=${midnight('2026-03-08')}`,
            '[gt]=2026-03-07',
            '[gte]=2026-03-08&[lte]=2026-03-08',
          ],
          ['[gt]=2026-03-08'],
        ],
        date_time: [1_772_970_000, 5, ['=1772970000', '[gte]=2026-03-08T00:00:00Z'], ['[gt]=1772970000']],
        url: ['https://example.com/a', 'http://x.example', ['=https://example.com/a'], []],
      }
      for (const [data_type, [value, unlike, finds, misses]] of Object.entries(values)) {
        const options = data_type === 'choices' ? ['Cats', 'Dogs'] : []
        const field = await api.made('/custom_fields', {
          label: `By ${data_type}`,
          category: 'property',
          data_type,
          options,
        })
        const key = String(field.key)
        const { id } = await api.made('/properties', { custom_fields: { [key]: value } })
        await api.made('/properties', { custom_fields: { [key]: unlike } })
        const query = (form: string) =>
          form
            .split('&')
            .map((one) => `custom_fields[${key}]${one.replace(/[^\x20-\x7e]/g, encodeURIComponent)}`)
            .join('&')
        for (const form of finds)
          assert.ok(ids(listOf(await api.get(`/properties?${query(form)}`))).includes(id), form)
        for (const form of finds)
          assert.ok(listOf(await api.get(`/properties?${query(form)}`)).length === 1, form)
        for (const form of misses)
          assert.ok(!ids(listOf(await api.get(`/properties?${query(form)}`))).includes(id), form)
      }
      problemOf(await api.get('/properties?custom_fields[by_number]=x'), 400, 'invalid_parameter')
      problemOf(await api.get('/properties?custom_fields[by_date][gte]='), 400, 'invalid_parameter')
      const { headers } = await api.get('/properties?custom_fields[nope]=1&colour=2')
      assert.deepEqual(
        new Set((headers.get('x-ignored-params') ?? '').split(', ')),
        new Set(['colour', 'custom_fields[nope]']),
      )
    })

    it('by the time of the last change take unix seconds and ISO 8601', async () => {
      const { api } = server.acme
      const { id, updated_at } = await api.made('/contacts', { full_name: 'Late' })
      const seconds = Date.parse(String(updated_at)) / 1000
      for (const since of [seconds, updated_at, new Date(seconds * 1000).toISOString()])
        assert.ok(ids(await api.all(`/contacts?updated_since=${since}`)).includes(id), String(since))
      assert.deepEqual(await api.all(`/contacts?updated_since=${seconds + 3600}`), [])
    })

    it('that the path fixes cannot be changed by the query', async () => {
      const { api } = server.acme
      const { deals, contacts } = await oneOfEach(server)
      const list = await api.get(`/deals/${deals?.id}/notes?parent_id=${contacts?.id}&parent_type=Contact`)
      assert.ok(listOf(list).length > 0)
      for (const note of listOf(list)) assert.equal(note.parent_id, deals?.id)
      assert.equal(list.headers.get('x-ignored-params'), 'parent_id, parent_type')
    })
  })
})

/** A value of the record that the filter should find it by. */
function filterValue(param: string, record: Fields): unknown {
  const of = (name: string) => record[name] as Fields | undefined
  const special: Record<string, unknown> = {
    pipeline_id: of('pipeline')?.id,
    stage_id: of('stage')?.id,
    source_id: of('source')?.id,
    user_id: of('assignee')?.id ?? of('user')?.id,
    assignee_id: of('assignee')?.id,
    contact_id: (record.contacts as Fields[] | undefined)?.[0]?.id,
    property_id: of('property')?.id ?? (record.properties as Fields[] | undefined)?.[0]?.id,
    email: record.email ?? (record.emails as string[] | undefined)?.[0],
    phone: '+1 555.010.4477',
    tag: (record.tags as string[] | undefined)?.[0],
    tags: (record.tags as string[] | undefined)?.[0],
    status: record.status ?? of('stage')?.status,
    country: 'us',
  }
  const value = param in special ? special[param] : record[param]
  return value === null || value === '' ? undefined : value
}
