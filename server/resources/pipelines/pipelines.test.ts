import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, type Fields, ids, listOf, problemOf } from '../../../test/api/client.ts'
import { oneOfEach } from '../../../test/api/records.ts'
import { startApi } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  describe('pipelines', () => {
    it('come with stages, and go only without deals, taking stages and sources along', async () => {
      const { api } = server.acme
      const { id } = await api.made('/pipelines', { name: 'Short' })
      const stages = listOf(await api.get(`/pipelines/${id}/stages`))
      assert.deepEqual(
        stages.map(({ status }) => status),
        ['prospect', 'lead', 'won', 'lost', 'invalid'],
      )
      const source = await api.made(`/pipelines/${id}/sources`, { name: 'Fair' })
      const deal = await api.made('/deals', { pipeline_id: id })
      problemOf(await api.delete(`/pipelines/${id}`), 409, 'pipeline_in_use')
      await api.delete(`/deals/${deal.id}`)
      assert.equal((await api.delete(`/pipelines/${id}`)).status, 204)
      for (const path of [`/stages/${stages[0]?.id}`, `/sources/${source.id}`, `/pipelines/${id}/stages`])
        problemOf(await api.get(path), 404, 'not_found')
      problemOf(await api.post(`/deals/${deal.id}/restore`), 409, 'parent_deleted')
      problemOf(await api.post(`/stages/${stages[0]?.id}/restore`), 409, 'parent_deleted')
      problemOf(await api.post('/deals', { pipeline_id: id }), 400, 'unknown_pipeline')
      await api.post(`/pipelines/${id}/restore`)
      assert.deepEqual(ids(listOf(await api.get(`/pipelines/${id}/stages`))), ids(stages))
      assert.deepEqual(ids(listOf(await api.get(`/pipelines/${id}/sources`))), [source.id])
      assert.equal((await api.post(`/deals/${deal.id}/restore`)).status, 200)
    })

    it('keep the deals of a deleted stage by moving them', async () => {
      const { api } = server.acme
      const { id } = await api.made('/pipelines', { name: 'Moving' })
      const [from, to] = listOf(await api.get(`/pipelines/${id}/stages`))
      const { pipelines, stages } = await oneOfEach(server)
      assert.notEqual(pipelines?.id, id)
      const deal = await api.made('/deals', { pipeline_id: id, stage_id: from?.id })
      problemOf(await api.delete(`/stages/${from?.id}`), 409, 'stage_in_use')
      for (const wrong of ['x', from?.id, stages?.id, '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'])
        problemOf(await api.delete(`/stages/${from?.id}?move_to_stage_id=${wrong}`), 400, 'unknown_stage')
      assert.equal(
        (await api.delete(`/pipelines/${id}/stages/${from?.id}?move_to_stage_id=${to?.id}`)).status,
        204,
      )
      assert.equal((dataOf(await api.get(`/deals/${deal.id}`)).stage as Fields).id, to?.id)
      const moved = (await server.changesOf(server.acme)).filter(({ record_id }) => record_id === deal.id)
      assert.deepEqual(moved.at(-1)?.changed, { stage_id: [from?.id, to?.id] })
    })

    it('have each source name once, also after a restoration', async () => {
      const { api } = server.acme
      const { id } = await api.made('/pipelines', { name: 'Named' })
      const first = await api.made(`/pipelines/${id}/sources`, { name: 'Fair' })
      problemOf(await api.post('/sources', { name: 'FAIR', pipeline_id: id }), 409, 'already_exists')
      await api.delete(`/sources/${first.id}`)
      await api.made(`/pipelines/${id}/sources`, { name: 'fair' })
      problemOf(await api.post(`/sources/${first.id}/restore`), 409, 'already_exists')
    })
  })
})
