import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Fields, problemOf, describe as told } from '../api.ts'
import { documentOf } from '../document.ts'
import { shapes } from '../shapes/index.ts'
import { shapeProblems } from '../shapes/schema.ts'
import type { Suite } from '../suite.ts'

interface Result {
  status: number
  body: { data: Fields | Fields[] } | null
  headers: Record<string, string>
}

/** Many records at once: batches, exports, external ids (`contract.md` §1, §2). */
export function bulk({ api, world }: Suite): void {
  describe('a batch', () => {
    it('runs its operations in order and answers for each', async () => {
      const name = `${world().mark} batch`
      const answer = await api.post('/batch', {
        operations: [
          { method: 'POST', path: '/tags', body: { name } },
          { method: 'GET', path: `/rest/tags?name=${encodeURIComponent(name)}` },
          { method: 'GET', path: '/deals/x' },
          {
            method: 'PATCH',
            path: `/contacts/${world().one.contacts?.id}`,
            body: { contact: { address: name } },
          },
        ],
      })
      assert.equal(answer.status, 200, told(answer))
      const { data } = answer.body as { data: Result[] }
      assert.deepEqual(
        data.map(({ status }) => status),
        [201, 200, 400, 200],
      )
      const [made, listed] = data.map(({ body }) => body?.data)
      const [first] = [made].flat()
      assert.deepEqual(listed, [first])
      await api.delete(`/tags/${first?.id}`)
    })

    it('that is atomic happens whole or not at all', async () => {
      const name = `${world().mark} atomic`
      const operations = [
        { method: 'POST', path: '/tags', body: { name } },
        { method: 'POST', path: '/deals', body: {} },
      ]
      const { errors } = problemOf(await api.post('/batch', { operations, atomic: true }), 400)
      assert.deepEqual([errors[0]?.code, errors[0]?.param], ['batch_failed', 'operations[1]'])
      assert.deepEqual(await api.list(`/tags?name=${encodeURIComponent(name)}`), [])
    })

    it('takes 100 operations and no more', async () => {
      const operations = Array.from({ length: 101 }, () => ({ method: 'GET', path: '/info/account' }))
      problemOf(await api.post('/batch', { operations }), 400)
      const answer = await api.post('/batch', { operations: operations.slice(1) })
      assert.equal((answer.body as { data: Result[] }).data.length, 100)
    })
  })

  describe('an export', () => {
    it('of every resource holds every record, in the same form as it is read', async (test) => {
      const names = await exported()
      assert.ok(names.length >= Object.keys(world().one).length)
      for (const name of names) {
        await test.test(name, async () => {
          const answer = await api.get(`/export/${name}.ndjson`)
          assert.equal(answer.status, 200, told(answer))
          assert.match(answer.headers.get('content-type') ?? '', /^application\/x-ndjson/)
          const lines = linesOf(answer.text)
          const { meta } = (await api.get(`/${name}?per_page=1`)).body as { meta: { total_count: number } }
          assert.equal(lines.length, meta.total_count)
          const shape = shapes[name]
          assert.ok(shape, `${name} has a shape`)
          const flags = Object.keys(shape.flagged).filter((flag) =>
            Object.keys(shape.flagged[flag] ?? {}).every((key) => key in (lines[0] ?? {})),
          )
          assert.ok(!flags.includes('include_deleted'))
          if ('include_custom_fields' in shape.flagged && lines.length > 0)
            assert.ok(flags.includes('include_custom_fields'))
          for (const line of lines) assert.deepEqual(shapeProblems(shape, flags, line), [])
        })
      }
    })

    it('takes updated_since and filters, and shows deletions as tombstones', async () => {
      const { id } = await api.made('/tags', { name: `${world().mark} tombstone` })
      await api.delete(`/tags/${id}`)
      const since = Math.floor(Date.now() / 1000) - 60
      const plain = await api.get(`/export/tags.ndjson?updated_since=${since}&id=${id}`)
      assert.deepEqual(linesOf(plain.text), [])
      const path = `/export/tags.ndjson?updated_since=${since}&id=${id}&include_deleted=true`
      const [tombstone] = linesOf((await api.get(path)).text)
      assert.equal(tombstone?.id, id)
      assert.notEqual(tombstone?.deleted_at, null)
      assert.equal((await api.get(`/export/tags.ndjson?updated_since=${since + 7_200}`)).text, '')
    })

    it('of CSV begins with the names of its columns and has a line for each record', async () => {
      const { one, another, keys } = world()
      const path = `/export/properties.csv?id=${one.properties?.id},${another.properties?.id}`
      const answer = await api.get(path)
      assert.match(answer.headers.get('content-type') ?? '', /^text\/csv/)
      const lines = answer.text.trimEnd().split(/\r?\n/)
      const header = lines[0]?.split(',') ?? []
      for (const column of [
        'id',
        'full_address.full_address',
        'unit.market_rent',
        `custom_fields.${keys.property?.text}`,
      ])
        assert.ok(header.includes(column), `${column} in ${lines[0]}`)
      assert.equal(lines.length, 3)
      assert.ok(lines[1]?.includes('1450.0'))
    })

    async function exported(): Promise<string[]> {
      const { paths } = await documentOf(api)
      return Object.keys(paths).flatMap((path) => /^\/export\/(\w+)\.ndjson$/.exec(path)?.[1] ?? [])
    }
  })

  describe('an external id', () => {
    it('finds a record, and makes or changes it by PUT', async () => {
      const { mark } = world()
      const path = `/contacts/by_external_id/ledger/${encodeURIComponent(`${mark} T-1`)}`
      problemOf(await api.get(path), 404, 'not_found')
      const first = await api.put(path, { contact: { full_name: `${mark} upserted` } })
      assert.equal(first.status, 201, told(first))
      const second = await api.put(path, { company_name: mark })
      assert.equal(second.status, 200, told(second))
      const record = await api.one(path)
      assert.deepEqual([record.name, record.company_name], [`${mark} upserted`, mark])
      assert.deepEqual(await api.one(`/contacts/${record.id}`), record)
      await api.delete(`/contacts/${record.id}`)
    })

    it('is of one record in a source', async () => {
      const external_ids = [{ source: 'ledger', external_id: `${world().mark} C-1` }]
      problemOf(await api.post('/contacts', { external_ids }), 409, 'already_exists')
    })
  })
}

function linesOf(text: string): Fields[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}
