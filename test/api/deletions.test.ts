import assert from 'node:assert/strict'
import { it } from 'node:test'
import { resources } from '../../server/resources/operations.ts'
import { forEachEngine } from '../support/engines.ts'
import { dataOf, type Fields, ids, listOf, metaOf, problemOf } from './client.ts'
import { oneOfEach, requiredFields } from './records.ts'
import { startApi } from './server.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  it('shows deleted records on every list and read that asks for them, and on no other', async () => {
    const { api } = server.acme
    await oneOfEach(server)
    const deletable = resources.filter(({ operations }) => operations.includes('delete'))
    assert.ok(deletable.length >= 10)
    for (const resource of deletable) {
      const { name } = resource
      const { id } = await api.made(`/${name}`, await requiredFields(server, resource))
      const live = dataOf(await api.get(`/${name}/${id}?include_deleted=true`))
      assert.equal(live.deleted_at, null, name)
      assert.ok(!('deleted_at' in dataOf(await api.get(`/${name}/${id}`))), name)
      assert.equal((await api.delete(`/${name}/${id}`)).status, 204, name)
      problemOf(await api.get(`/${name}/${id}`), 404, 'not_found')
      const gone = dataOf(await api.get(`/${name}/${id}?include_deleted=true`))
      assert.match(String(gone.deleted_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, name)
      const { deleted_at, updated_at, unit, ...rest } = gone
      assert.equal(second(deleted_at), second(updated_at), name)
      // The unit of a property goes with it, and so has changed.
      assert.equal((unit as Fields | undefined)?.id, (live.unit as Fields | undefined)?.id)
      for (const [field, value] of Object.entries(rest))
        assert.deepEqual(value, live[field], `${name}.${field}`)
      assert.ok(!ids(await api.all(`/${name}`)).includes(id), name)
      const all = await api.all(`/${name}?include_deleted=true`)
      assert.deepEqual(
        all.find((record) => record.id === id),
        gone,
      )
      for (const record of all) assert.ok('deleted_at' in record, name)
    }
  })

  it('lets a poller see deletions and restorations by updated_since', async () => {
    const { api } = server.acme
    const { id } = await api.made('/contacts', { full_name: 'Seen Going' })
    await api.delete(`/contacts/${id}`)
    const { updated_at } = dataOf(await api.get(`/contacts/${id}?include_deleted=true`))
    const poll = async () => {
      const page = await api.get(`/contacts?updated_since=${updated_at}&include_deleted=true&id=${id}`)
      return listOf(page).map(({ deleted_at }) => deleted_at)
    }
    assert.deepEqual(await poll(), [updated_at])
    await api.post(`/contacts/${id}/restore`)
    assert.deepEqual(await poll(), [null])
    assert.equal(metaOf(await api.get(`/contacts?id=${id}&include_deleted=false`)).total_count, 1)
  })

  it('counts deleted records in the total, finds them, and pages through them', async () => {
    const { api } = server.other
    const made: Fields[] = []
    for (let turn = 0; turn < 7; turn++) made.push(await api.made('/contacts', { full_name: `Gone ${turn}` }))
    for (const { id } of made.slice(0, 4)) await api.delete(`/contacts/${id}`)
    const page = await api.get('/contacts?search=gone&include_deleted=true&per_page=3')
    assert.equal(metaOf(page).total_count, 7)
    assert.deepEqual(ids(await api.all('/contacts?search=gone&include_deleted=true', 3)), ids(made))
    assert.equal(metaOf(await api.get('/contacts?search=gone')).total_count, 3)
  })

  it('shows a deleted property with the unit that went with it', async () => {
    const { api } = server.acme
    const { id } = await api.made('/properties', { address: '1 Gone Road', unit: { num_bedrooms: 2 } })
    const before = dataOf(await api.get(`/properties/${id}`))
    await api.delete(`/properties/${id}`)
    const gone = dataOf(await api.get(`/properties/${id}?include_deleted=true`))
    assert.equal(gone.unit_count, 1)
    const unit = gone.unit as Fields
    assert.equal(unit.id, (before.unit as Fields).id)
    assert.equal(unit.deleted_at, gone.deleted_at)
  })

  it('refuses a flag that is neither yes nor no', async () => {
    problemOf(await server.acme.api.get('/contacts?include_deleted=maybe'), 400, 'invalid_parameter')
  })
})

/** Units tell milliseconds, and the account's offset. */
function second(time: unknown): number {
  return Math.floor(Date.parse(String(time)) / 1000)
}
