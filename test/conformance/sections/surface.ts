import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { documentOf } from '../document.ts'
import type { Suite } from '../suite.ts'

/** The endpoints that are known (`contract.md` §2). Subscriptions to events are still to come. */
const known = [
  'GET /info/account',
  'GET /info/user',
  'GET /users',
  'GET /pipelines',
  'GET /pipelines/{id}',
  'GET /pipelines/{id}/stages',
  'GET /pipelines/{id}/stages/{stage_id}',
  'GET /pipelines/{id}/sources',
  'GET /pipelines/{id}/deals',
  'GET /deals',
  'POST /deals',
  'GET /deals/{id}',
  'PUT /deals/{id}',
  'GET /contacts',
  'GET /contacts/{id}',
  'POST /contacts',
  'PUT /contacts/{id}',
  'GET /properties',
  'GET /properties/{id}',
  'GET /properties/{id}/units',
  'PUT /properties/{id}',
  'GET /process_types',
  'GET /process_types/{id}',
  'GET /process_types/{id}/stages',
  'GET /process_types/{id}/custom_fields',
  'GET /process_types/{id}/contact_roles',
  'GET /process_types/{id}/assignee_roles',
  'GET /process_types/{id}/stages/{process_stage_id}/steps',
  'GET /process_types/{id}/processes',
  'GET /processes',
  'POST /processes',
  'GET /processes/{id}',
  'PUT /processes/{id}',
  'PATCH /processes/{id}',
  'GET /tasks',
  'GET /custom_fields',
  'POST /custom_fields',
  'POST /notes',
  'POST /uploaded_files',
  'GET /calls',
  'POST /calls',
  'POST /text_messages',
  'GET /text_messages',
  'GET /text_messages/{id}',
  'GET /conversations',
  'PATCH /conversations/{id}',
  'PUT /units/{id}',
  'PUT /calls/{id}',
  'PUT /text_messages/{id}',
]

/** Records that can be created, read, changed, deleted and restored at `/{resource}` (§2, last paragraph). */
const whole = [
  'pipelines',
  'stages',
  'sources',
  'deals',
  'contacts',
  'property_groups',
  'properties',
  'units',
  'process_types',
  'process_stages',
  'steps',
  'contact_roles',
  'assignee_roles',
  'processes',
  'tasks',
  'notes',
  'tags',
  'custom_fields',
  'calls',
  'text_messages',
  'conversations',
]

interface Swagger {
  swagger: string
  basePath: string
  paths: Record<string, Record<string, unknown>>
}

export function surface({ api }: Suite): void {
  describe('the surface', () => {
    it('has every endpoint that is known', async () => {
      const { paths } = await documentOf(api)
      const missing = known.filter((one) => !isIn(paths, one))
      assert.deepEqual(missing, [])
    })

    it('has every record whole, also by the id that it has elsewhere', async () => {
      const { paths } = await documentOf(api)
      const wanted = whole.flatMap((name) => [
        `GET /${name}`,
        `POST /${name}`,
        ...['GET', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} /${name}/{id}`),
        `POST /${name}/{id}/restore`,
        `GET /${name}/by_external_id/{source}/{external_id}`,
        `PUT /${name}/by_external_id/{source}/{external_id}`,
        `GET /export/${name}.ndjson`,
        `GET /export/${name}.csv`,
      ])
      assert.deepEqual(
        wanted.filter((one) => !isIn(paths, one)),
        [],
      )
    })

    it('is described in Swagger 2.0 as well, with a key and without', async () => {
      for (const authorization of [undefined, null]) {
        const answer = await api.get('/swagger_doc.json', authorization === null ? { authorization } : {})
        assert.equal(answer.status, 200)
        const { swagger, basePath, paths } = answer.body as Swagger
        assert.deepEqual([swagger, basePath], ['2.0', '/rest'])
        assert.deepEqual(
          known.filter((one) => !isIn(paths, one)),
          [],
        )
      }
    })
  })
}

function isIn(paths: Record<string, Record<string, unknown>>, one: string): boolean {
  const [method = '', path = ''] = one.split(' ')
  return method.toLowerCase() in (paths[path] ?? {})
}
