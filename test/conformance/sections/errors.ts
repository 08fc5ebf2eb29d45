import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problemOf } from '../api.ts'
import type { Suite } from '../suite.ts'

const nowhere = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'

/** Statuses and words of errors (`contract.md` §1). Their form is checked on every answer of the suite. */
export function errors({ api, world }: Suite): void {
  describe('errors', () => {
    it('of a missing field name it as it would have been sent', async () => {
      for (const [path, body, words] of [
        ['/deals', 'deal[name]=x', 'deal[pipeline_id] is missing'],
        ['/deals', { deal: {} }, 'deal[pipeline_id] is missing'],
        ['/deals', '', 'deal[pipeline_id] is missing'],
        ['/processes', { process: { name: 'x' } }, 'process[process_type_id] is missing'],
        ['/notes', '', 'parent_type is missing, parent_id is missing, description is missing'],
        ['/pipelines', {}, 'name is missing'],
      ] as const) {
        const { error, errors } = problemOf(await api.post(path, body), 400, 'missing_field')
        assert.deepEqual(error.split(', ').toSorted(), words.split(', ').toSorted(), path)
        assert.equal(errors.length, words.split(', ').length)
      }
    })

    it('of an id that does not exist are a 400 that names the parameter', async () => {
      const { one } = world()
      for (const [path, body, param, code] of [
        ['/deals', { deal: { pipeline_id: nowhere } }, 'deal[pipeline_id]', 'unknown_pipeline'],
        ['/deals', `deal[pipeline_id]=17`, 'deal[pipeline_id]', 'unknown_pipeline'],
        ['/processes', { process_type_id: nowhere }, 'process_type_id', 'unknown_process_type'],
        ['/tasks', { process_id: nowhere }, 'process_id', 'unknown_process'],
        ['/tasks', { deal_id: nowhere }, 'deal_id', 'unknown_deal'],
        [
          '/notes',
          { parent_type: 'Deal', parent_id: nowhere, description: 'x' },
          'parent_id',
          'unknown_parent',
        ],
      ] as const) {
        const { error, errors } = problemOf(await api.post(path, body), 400, code)
        assert.equal(errors[0]?.param, param)
        assert.ok(error.startsWith(`${param} `), error)
      }
      const move = `/deals/${one.deals?.id}`
      const { stages } = world().another
      problemOf(await api.put(move, { stage_id: nowhere }), 400, 'unknown_stage')
      problemOf(await api.put(move, { stage_id: stages?.id }), 400, 'stage_not_in_pipeline')
      assert.equal(((await api.one(move)).stage as { id: string }).id, one.stages?.id)
    })

    it('of a malformed id are a 400, wherever it stands', async () => {
      for (const path of [
        '/deals/17',
        '/deals/x',
        '/contacts/%20',
        '/pipelines/1/stages',
        `/pipelines/${world().one.pipelines?.id}/stages/first`,
        '/process_types/x/stages/y/steps',
      ])
        problemOf(await api.get(path), 400, 'invalid_id')
    })

    it('of what is not there say "not found" with 404', async () => {
      for (const path of [
        `/deals/${nowhere}`,
        `/pipelines/${nowhere}/stages`,
        `/pipelines/${world().one.pipelines?.id}/stages/${world().another.stages?.id}`,
        '/nothing',
        '/deals/by_external_id/nowhere/1',
      ])
        assert.match(problemOf(await api.get(path), 404, 'not_found').error, /not found/i)
    })

    it('of a wrong method are "405 Not Allowed", with what is allowed', async () => {
      const answer = await api.put('/deals', {})
      assert.match(problemOf(answer, 405, 'method_not_allowed').error, /405 Not Allowed/)
      assert.deepEqual(answer.headers.get('allow')?.split(', ').toSorted(), [
        'GET',
        'HEAD',
        'OPTIONS',
        'POST',
      ])
      problemOf(await api.delete('/info/account'), 405)
    })

    it('of a body that cannot be read say why', async () => {
      const headers = { 'content-type': 'application/json' }
      problemOf(await api.post('/contacts', '{"contact":', { headers }), 400, 'malformed_json')
      problemOf(await api.post('/contacts', '[1]', { headers }), 400, 'invalid_body')
      problemOf(await api.post('/contacts', 'a[b=1'), 400, 'malformed_form')
      const xml = { 'content-type': 'application/xml' }
      problemOf(await api.post('/contacts', '<a/>', { headers: xml }), 415, 'unsupported_media_type')
    })

    it('of several fields come all in one answer', async () => {
      const { errors } = problemOf(
        await api.post('/deals', { deal: { value: 'much', cost: 'some', user_id: nowhere } }),
        400,
      )
      assert.deepEqual(errors.map(({ param }) => param).toSorted(), [
        'deal[cost]',
        'deal[pipeline_id]',
        'deal[user_id]',
        'deal[value]',
      ])
    })

    it('lead to their explanation in the reference', async () => {
      const { type } = problemOf(await api.get('/nothing'), 404)
      const page = await fetch(new URL(type, api.target.url))
      assert.equal(page.status, 200)
    })
  })
}
