import assert from 'node:assert/strict'
import { it } from 'node:test'
import { resources } from '../../server/resources/operations.ts'
import { forEachEngine } from '../support/engines.ts'
import { dataOf, ids, problemOf } from './client.ts'
import { requiredFields } from './records.ts'
import { startApi } from './server.ts'

const changes: Record<string, Record<string, unknown>> = {
  webhook_subscriptions: { description: 'Accounting' },
  pipelines: { name: 'Renamed' },
  stages: { name: 'Renamed' },
  sources: { name: 'Renamed source' },
  deals: { name: 'Renamed' },
  contacts: { company_name: 'Renamed' },
  properties: { city: 'Renamed' },
  units: { unit_number: 'Renamed' },
  leases: { comments: 'Renamed' },
  notes: { description: 'Renamed' },
  uploaded_files: { name: 'Renamed.txt' },
  property_groups: { name: 'Renamed' },
  process_types: { name: 'Renamed' },
  process_stages: { name: 'Renamed' },
  steps: { name: 'Renamed' },
  contact_roles: { name: 'Renamed' },
  assignee_roles: { name: 'Renamed' },
  processes: { name: 'Renamed' },
  tasks: { name: 'Renamed' },
  conversations: { subject: 'Renamed' },
  text_messages: { description: 'Renamed' },
  emails: { description: 'Renamed' },
  calls: { outcome: 'Renamed' },
  tags: { name: 'Renamed tag' },
  custom_fields: { label: 'Renamed' },
}

forEachEngine((engine) => {
  const server = startApi(engine)

  for (const resource of resources.filter(({ operations }) => operations.includes('create'))) {
    it(`of ${resource.name} are made, read, listed, changed, deleted and restored`, async () => {
      const { api } = server.acme
      const path = `/${resource.name}`
      const created = await api.post(path, await requiredFields(server, resource))
      assert.equal(created.status, 201, created.text)
      // A webhook's secret is in the answer of its creation alone.
      const { secret: _, ...made } = dataOf(created)
      const one = `${path}/${made.id}`
      assert.equal(created.headers.get('location'), `${server.url}/rest${one}`)
      assert.deepEqual(dataOf(await api.get(one)), made)
      assert.deepEqual(
        (await api.all(path)).filter(({ id }) => id === made.id),
        [made],
      )
      const [[field, value] = ['', '']] = Object.entries(changes[resource.name] ?? {})
      const put = dataOf(await api.put(one, { [field]: value }))
      assert.deepEqual({ ...put, updated_at: 0 }, { ...dataOf(await api.get(one)), updated_at: 0 })
      assert.equal(put[field], value)
      const patched = dataOf(await api.patch(one, { [resource.singular]: { [field]: `${value} 2` } }))
      assert.equal(patched[field], `${value} 2`)
      assert.deepEqual(Object.keys(patched), Object.keys(made))

      const deleted = await api.delete(one)
      assert.deepEqual([deleted.status, deleted.text], [204, ''])
      for (const attempt of [api.get(one), api.put(one, {}), api.patch(one, {}), api.delete(one)]) {
        const { error } = problemOf(await attempt, 404, 'not_found')
        assert.match(error, /not found/)
        assert.match(error, /restore/)
      }
      assert.ok(!ids(await api.all(path)).includes(made.id))
      const restored = dataOf(await api.post(`${one}/restore`))
      assert.deepEqual(restored, dataOf(await api.get(one)))
      assert.equal(restored[field], `${value} 2`)
      assert.equal((await api.post(`${one}/restore`)).status, 200)
    })
  }

  it('that never were are not found', async () => {
    const id = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'
    for (const { name, operations } of resources) {
      problemOf(await server.acme.api.get(`/${name}/${id}`), 404, 'not_found')
      problemOf(await server.acme.api.get(`/${name}/${id.toUpperCase()}`), 404, 'not_found')
      if (!operations.includes('restore')) continue
      problemOf(await server.acme.api.post(`/${name}/${id}/restore`), 404, 'not_found')
      problemOf(await server.acme.api.delete(`/${name}/${id}`), 404, 'not_found')
    }
  })
})
