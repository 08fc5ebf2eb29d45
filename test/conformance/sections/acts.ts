import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, type Fields, ids, problemOf, describe as told } from '../api.ts'
import type { Suite } from '../suite.ts'

/** Tags, reassignment, leases and process types as documents (`contract.md` §2). */
export function acts({ api, world }: Suite): void {
  describe('acts', () => {
    it('add tags to a record and take them away', async () => {
      const { one, mark } = world()
      for (const resource of ['deals', 'contacts', 'properties', 'processes']) {
        const path = `/${resource}/${one[resource]?.id}/tags`
        const before = one[resource]?.tags as string[]
        const added = dataOf(await api.post(path, `tags[]=${encodeURIComponent(`${mark} added`)}`))
        assert.deepEqual(added.tags, [...before, `${mark} added`], resource)
        const again = dataOf(await api.post(path, { tags: [`${mark} added`] }))
        assert.deepEqual(again.tags, added.tags)
        const taken = dataOf(await api.delete(`${path}?tags[]=${encodeURIComponent(`${mark} added`)}`))
        assert.deepEqual(taken.tags, before, resource)
      }
    })

    it('give a record to somebody, and to nobody', async () => {
      const { one, user } = world()
      for (const resource of ['deals', 'processes', 'tasks']) {
        const path = `/${resource}/${one[resource]?.id}/reassign`
        const whose = (record: Fields) =>
          ('assignee' in record ? record.assignee : record.user) as Fields | null
        assert.equal(whose(dataOf(await api.post(path, { user_id: null }))), null, resource)
        assert.equal(whose(dataOf(await api.post(path, `user_id=${user.id}`)))?.id, user.id, resource)
      }
    })

    it('keep the history of the leases of a unit', async () => {
      const { mark } = world()
      const property = await api.made('/properties', {
        address: `11 Lease Lane ${mark}`,
        unit: { lease_start_date: '2024-01-01', lease_end_date: '2024-12-31', current_rent: '1000' },
      })
      const unit = (property.unit as Fields).id
      await api.put(`/units/${unit}`, {
        lease_start_date: '2025-01-01',
        lease_end_date: '2025-12-31',
        current_rent: '1100',
      })
      const starts = async (path: string) =>
        (await api.list(path)).map(({ start_date }) => String(start_date)).toSorted()
      for (const path of [`/units/${unit}/leases`, `/properties/${property.id}/leases`])
        assert.deepEqual(await starts(path), ['2024-01-01', '2025-01-01'], path)
      assert.deepEqual(await starts(`/leases?unit_id=${unit}&start_date[lt]=2025-01-01`), ['2024-01-01'])
    })

    it('export a process type and import it, with the same document out again', async () => {
      const { one } = world()
      const documentAt = async (id: string | undefined) => {
        const answer = await api.get(`/process_types/${id}/definition`)
        assert.equal(answer.status, 200, told(answer))
        return (answer.body as { data: Record<string, unknown> }).data
      }
      const document = await documentAt(one.process_types?.id)
      const imported = await api.post('/process_types/import', document)
      assert.equal(imported.status, 201, told(imported))
      const { id } = dataOf(imported)
      assert.deepEqual(await documentAt(id), document)
      assert.equal(
        (await api.list(`/process_types/${id}/stages`)).length,
        (await api.list(`/process_types/${one.process_types?.id}/stages`)).length,
      )
      problemOf(await api.post('/process_types/import', { ...document, stages: 'none' }), 400)
      assert.equal((await api.delete(`/process_types/${id}`)).status, 204)
      assert.deepEqual(ids(await api.list(`/process_types?id=${id}`)), [])
    })
  })
}
