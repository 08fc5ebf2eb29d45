import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Fields, ids, listOf, metaOf, problemOf } from '../api.ts'
import { type List, listsOf, twoOf } from '../document.ts'
import { shapes } from '../shapes/index.ts'
import type { Suite } from '../suite.ts'

/** What every list of the API does, whichever records it shows (`contract.md` §1). */
export function lists({ api, world }: Suite): void {
  let found: Promise<List[]> | undefined
  /** Runs a check over every list, each in a test of its own. */
  function everyList(name: string, check: (list: List) => Promise<void>): void {
    it(name, async (test) => {
      found ??= listsOf(api, world())
      for (const list of await found) await test.test(list.template, async () => check(list))
    })
  }

  describe('every list', () => {
    everyList('has a strict reader', async ({ resource }) => {
      assert.ok(shapes[resource], `${resource} has a shape`)
    })

    everyList('has the envelope, 25 records a page and whole numbers', async ({ path }) => {
      const answer = await api.get(path)
      const { page_number, per_page, total_count = -1, total_pages } = metaOf(answer)
      assert.deepEqual([page_number, per_page], [1, 25])
      assert.equal(total_pages, Math.ceil(total_count / 25))
      assert.equal(listOf(answer).length, Math.min(25, total_count))
    })

    everyList('takes per_page, at most 200, and ignores limit', async ({ path }) => {
      const answer = await api.get(`${path}?per_page=1&limit=5000`)
      assert.equal(metaOf(answer).per_page, 1)
      assert.ok(listOf(answer).length <= 1)
      assert.equal(answer.headers.get('x-ignored-params'), 'limit')
      assert.equal(metaOf(await api.get(`${path}?per_page=1000`)).per_page, 200)
    })

    everyList('is empty past its end', async ({ path }) => {
      const answer = await api.get(`${path}?page=1000000&per_page=200`)
      assert.deepEqual(listOf(answer), [])
      assert.equal(metaOf(answer).page_number, 1_000_000)
      assert.equal(metaOf(answer).has_more, false)
    })

    everyList('goes on by page and by cursor, with Link headers', async (list) => {
      const both = ids(await twoOf(api, world(), list))
      if (both.length < 2) return
      const path = `${list.path}?id=${both.join()}&per_page=1`
      const pages = [await api.get(path), await api.get(`${path}&page=2`)]
      assert.deepEqual(ids(pages.flatMap(listOf)), both)
      const links = (pages[0]?.headers.get('link') ?? '').split(', ')
      assert.deepEqual(
        links.map((link) => /rel="(\w+)"/.exec(link)?.[1]),
        ['first', 'next', 'last'],
      )
      const next = links.map((link) => /^<[^>]*\/rest([^>]*)>; rel="next"/.exec(link)?.[1]).find(Boolean)
      assert.deepEqual(ids(await api.list(next ?? '')), both.slice(1))

      const start = await api.get(`${path}&cursor=`)
      const { next_cursor: cursor, has_more, page_number } = metaOf(start)
      assert.deepEqual([has_more, page_number], [true, undefined])
      const end = await api.get(`${path}&cursor=${encodeURIComponent(cursor ?? '')}`)
      assert.deepEqual(ids([start, end].flatMap(listOf)), both)
      assert.deepEqual([metaOf(end).has_more, metaOf(end).next_cursor], [false, null])
    })

    everyList('leaves out the count on wish', async ({ path }) => {
      const meta = metaOf(await api.get(`${path}?include_total=false`))
      assert.ok(!('total_count' in meta) && !('total_pages' in meta))
    })

    everyList('orders by each of its fields both ways', async (list) => {
      assert.ok(list.sortable.includes('created_at') && list.sortable.includes('updated_at'))
      const both = ids(await twoOf(api, world(), list))
      const fields = list.isNested ? ['created_at', 'updated_at'] : list.sortable
      for (const field of fields) {
        const own = `id=${both.join() || nobody}`
        const path = `${list.path}?${own}&order_field=${field}&order_direction=`
        const up = await api.list(`${path}asc`)
        const down = await api.list(`${path}desc`)
        assert.deepEqual(ids(up).toSorted(), both.toSorted(), field)
        assert.deepEqual(ids(down).toSorted(), both.toSorted(), field)
        assertOrder(up, field, 1)
        assertOrder(down, field, -1)
      }
    })

    everyList('finds what changed since a time, in unix seconds and ISO 8601', async (list) => {
      const records = await twoOf(api, world(), list)
      const future = Math.floor(Date.now() / 1000) + 7_200
      for (const since of [future, new Date(future * 1000).toISOString()])
        assert.deepEqual(await api.list(`${list.path}?updated_since=${since}`), [])
      const [record] = records
      if (!record) return
      const changed = Math.floor(Date.parse(String(record.updated_at)) / 1000)
      for (const since of [changed, new Date(changed * 1000).toISOString()])
        assert.deepEqual(ids(await api.list(`${list.path}?id=${record.id}&updated_since=${since}`)), [
          record.id,
        ])
    })

    everyList('filters by id and by the times that every record has', async (list) => {
      const records = await twoOf(api, world(), list)
      const all = ids(records)
      if (all.length === 0) return
      const query = all.map((id) => `id[]=${id}`).join('&')
      for (const form of [query, query.replaceAll('[]', ''), `id=${all.join()}`])
        assert.deepEqual(ids(await api.list(`${list.path}?${form}`)).toSorted(), all.toSorted(), form)
      for (const field of ['created_at', 'updated_at']) {
        const seconds = Math.floor(Date.parse(String(records[0]?.[field])) / 1000)
        for (const [form, found] of [
          [`${field}[gte]=${seconds}&${field}[lte]=${seconds}`, true],
          [`${field}=${encodeURIComponent(new Date(seconds * 1000).toISOString())}`, true],
          [`${field}[gt]=${seconds}`, false],
          [`${field}[lt]=${seconds}`, false],
        ] as const) {
          const answer = await api.get(`${list.path}?id=${all[0]}&${form}`)
          assert.equal(answer.headers.get('x-ignored-params'), null, form)
          assert.deepEqual(ids(listOf(answer)), found ? [all[0]] : [], form)
        }
      }
    })

    everyList('takes a search', async ({ path }) => {
      assert.deepEqual(await api.list(`${path}?search=${encodeURIComponent('no such words at all')}`), [])
    })

    everyList('shows deleted_at with include_deleted alone', async (list) => {
      const [record] = await twoOf(api, world(), list)
      if (!record) return
      assert.ok(!('deleted_at' in record))
      const path = `${list.path}?id=${record.id}&include_deleted=true`
      assert.equal((await api.list(path))[0]?.deleted_at, null)
    })

    everyList('names what it ignores, and refuses it under strict handling', async ({ path }) => {
      const query = `${path}?per_page=1&colour=red&sort[by]=x`
      const answer = await api.get(query)
      assert.equal(answer.headers.get('x-ignored-params'), 'colour, sort')
      const headers = { prefer: 'handling=strict' }
      const { errors } = problemOf(await api.get(query, { headers }), 400, 'unknown_parameter')
      assert.deepEqual(
        errors.map(({ param }) => param),
        ['colour', 'sort'],
      )
      assert.equal((await api.get(`${path}?per_page=1`, { headers })).status, 200)
    })

    everyList('refuses a bad value of a parameter that it knows', async ({ path, isNested }) => {
      const bad = [
        'page=0',
        'page=x',
        'per_page=-1',
        'order_field=colour',
        'order_direction=sideways',
        'updated_since=yesterday',
        'include_total=maybe',
        'include_deleted=maybe',
        'id=17',
        'created_at[gte]=soon',
        'cursor=nonsense',
      ]
      for (const query of isNested ? bad.slice(0, 1) : bad) problemOf(await api.get(`${path}?${query}`), 400)
    })

    everyList('answers a second read with 304', async ({ path }) => {
      const first = await api.get(`${path}?per_page=2`)
      const etag = first.headers.get('etag') ?? ''
      assert.match(etag, /^W\/"/)
      const second = await api.get(`${path}?per_page=2`, { headers: { 'if-none-match': etag } })
      assert.deepEqual([second.status, second.text], [304, ''])
    })
  })

  it('a list is oldest first unless it has an order of its own', async () => {
    const { one, another } = world()
    for (const resource of ['contacts', 'deals', 'properties', 'processes', 'tasks', 'pipelines', 'tags']) {
      const pair = [one[resource]?.id, another[resource]?.id]
      assert.deepEqual(ids(await api.list(`/${resource}?id=${pair.join()}`)), pair, resource)
    }
  })
}

/** Where both values are there; empty ones come last either way. */
/** The id of no record. */
const nobody = '00000000-0000-4000-8000-000000000000'

function assertOrder([first, second]: readonly Fields[], field: string, sign: 1 | -1): void {
  const [a, b] = [first?.[field], second?.[field]]
  if (a === undefined || b === undefined || b === null) return
  assert.notEqual(a, null, `${field}: empty values come last`)
  assert.ok(sign * compare(a, b) <= 0, `${field}: ${a} before ${b}`)
}

function compare(a: unknown, b: unknown): number {
  if (Number.isFinite(Number(a)) && Number.isFinite(Number(b))) return Number(a) - Number(b)
  const [x, y] = [String(a).toLowerCase(), String(b).toLowerCase()]
  return x < y ? -1 : x > y ? 1 : 0
}
