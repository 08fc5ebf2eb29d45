import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { type Client, clientOf, type Fields, ids, listOf } from '../../../test/api/client.ts'
import { forEachEngine } from '../../../test/support/engines.ts'
import { readConfig } from '../../config.ts'
import { prepareDemo } from '../../demo/demo.ts'
import { type Running, start } from '../../main.ts'
import { openApiDocument } from '../../reference/openapi.ts'
import { responseChecker } from '../../reference/response-checker.ts'
import { operations } from '../operations.ts'
import { countAgain, reportPaths } from './testing.ts'

forEachEngine((engine) => {
  let running: Running
  let api: Client

  before(async () => {
    const { directory, url } = await engine.open()
    const config = readConfig({
      PORT: '0',
      HOST: '127.0.0.1',
      LATCHKEY_DATA: directory,
      LOG_LEVEL: 'silent',
      ...(url ? { DATABASE_URL: url } : {}),
    })
    const { apiKey } = await prepareDemo(config, { seed: 5, tasks: 120, today: '2026-11-23' })
    running = await start(config)
    const unread = () => Promise.reject(new Error('not called'))
    const document = openApiDocument(operations(unread), { publicUrl: running.url })
    const seen = { exchanges: [], secrets: [], violations: responseChecker(document) }
    api = clientOf(running.url, { authorization: `Bearer ${apiKey}` }, seen)
  })
  after(() => running.stop())

  for (const path of reportPaths) {
    it(`a whole company's ${path} tells numbers that its lists tell too`, async () => {
      assert.ok((await countAgain(api, path)) > 0)
    })
  }

  it('reports that are narrowed by filters and a range do so too', async () => {
    const { id: user } = listOf(await api.get('/users'))[0] as Fields
    const [pipelineId] = ids(listOf(await api.get('/pipelines')))
    for (const path of [
      `deals/by_stage?user_id=${user}&from=2026-01-01&to=2026-10-01`,
      `deals/by_source?pipeline_id=${pipelineId}&search=a`,
      'deals/by_assignee?tag=pets,vip&from=2026-01-01',
      'deals/time_in_stage?from=2026-03-01&to=2026-06-01',
      'processes/by_type?assignee_id=any&to=2026-10-01',
      `tasks/by_process_type?user_id=${user}&kind=call,email`,
    ])
      assert.ok((await countAgain(api, path)) > 0, path)
  })
})
