import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, ids, problemOf } from '../../../test/api/client.ts'
import { oneOfEach, requiredFields } from '../../../test/api/records.ts'
import { startApi } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'
import { resources } from '../../resources/operations.ts'

const flag = 'include_external_ids=true'
const own = [{ source: 'ledger', external_id: 'T-1042' }]

forEachEngine((engine) => {
  const server = startApi(engine)

  describe('external ids', () => {
    for (const resource of resources.filter(({ operations }) => operations.includes('create'))) {
      it(`find and make ${resource.name}`, async () => {
        const { api } = server.acme
        const path = `/${resource.name}/by_external_id/ledger/T%2F${resource.name}`
        problemOf(await api.get(path), 404, 'not_found')
        const fields = await requiredFields(server, resource)
        const created = await api.put(`${path}?${flag}`, fields)
        assert.equal(created.status, 201, created.text)
        const made = dataOf(created)
        assert.deepEqual(made.external_ids, [{ source: 'ledger', external_id: `T/${resource.name}` }])
        const again = await api.put(path, {})
        assert.deepEqual([again.status, dataOf(again).id], [200, made.id])
        assert.ok(!('external_ids' in dataOf(again)), 'the key is there without the flag')
        assert.equal(dataOf(await api.get(path)).id, made.id)
        const list = `/${resource.name}?external_source=ledger&external_id=T/${resource.name}`
        assert.deepEqual(ids(await api.all(list)), [made.id])
      })
    }

    it('belong to one record a source, and leave it when they are not sent again', async () => {
      const { api } = server.acme
      const first = await api.made(`/contacts?${flag}`, { full_name: 'Rosa Field', external_ids: own })
      assert.deepEqual(first.external_ids, own)
      const second = await api.made('/contacts', { full_name: 'Rosa Field' })
      problemOf(await api.patch(`/contacts/${second.id}`, { external_ids: own }), 409, 'already_exists')
      const unchanged = dataOf(await api.patch(`/contacts/${first.id}`, { external_ids: own }))
      assert.equal(unchanged.updated_at, first.updated_at)
      await api.patch(`/contacts/${first.id}`, { external_ids: [] })
      const moved = dataOf(await api.patch(`/contacts/${second.id}?${flag}`, { external_ids: own }))
      assert.deepEqual(moved.external_ids, own)
    })

    it('are apart from those of another account and another resource', async () => {
      const { acme, other } = server
      const path = '/contacts/by_external_id/ledger/shared'
      const mine = dataOf(await acme.api.put(path, { full_name: 'Mine' }))
      problemOf(await other.api.get(path), 404, 'not_found')
      const theirs = dataOf(await other.api.put(path, { full_name: 'Theirs' }))
      assert.notEqual(mine.id, theirs.id)
      problemOf(await acme.api.get('/properties/by_external_id/ledger/shared'), 404, 'not_found')
    })

    it('make one record of many requests at the same time', async () => {
      const { api } = server.acme
      const path = '/contacts/by_external_id/ledger/race'
      const answers = await Promise.all(Array.from({ length: 20 }, () => api.put(path, { full_name: 'One' })))
      assert.deepEqual(new Set(answers.map((answer) => dataOf(answer).id)).size, 1)
      assert.equal(answers.filter(({ status }) => status === 201).length, 1)
    })

    it('of a deleted record say so', async () => {
      const { api } = server.acme
      const path = '/contacts/by_external_id/ledger/gone'
      const { id } = dataOf(await api.put(path, { full_name: 'Gone' }))
      await api.delete(`/contacts/${id}`)
      problemOf(await api.get(path), 404, 'not_found')
      assert.match(problemOf(await api.put(path, {}), 404, 'not_found').error, /restore/)
    })

    it('refuse what is no id', async () => {
      const { api } = server.acme
      const { contacts } = await oneOfEach(server)
      const bad = [
        [{ source: 'x' }],
        ['T-1'],
        [{ source: '', external_id: '1' }],
        [...own, ...own],
        'T-1',
        [[]],
      ]
      for (const external_ids of bad) {
        problemOf(await api.patch(`/contacts/${contacts?.id}`, { external_ids }), 400, 'invalid_field')
      }
      const path = `/contacts/by_external_id/%20/x`
      problemOf(await api.put(path, {}), 400, 'invalid_parameter')
      assert.equal((await api.put(`/contacts/by_external_id/a/${'x'.repeat(300)}`, {})).status, 400)
    })
  })
})
