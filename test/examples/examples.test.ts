import assert from 'node:assert/strict'
import { it } from 'node:test'
import { recordedExamples, recordedOrigin } from '../../server/reference/recorded-examples.ts'
import { forEachEngine } from '../support/engines.ts'
import { recordExamples } from './record.ts'

forEachEngine((engine) => {
  it('the examples of the reference are what the demo company answers', async () => {
    const shown = recordedExamples(recordedOrigin)
    const answered = await recordExamples(await engine.open())
    assert.deepEqual(Object.keys(shown), Object.keys(answered).sort(), 'run npm run examples')
    for (const [id, examples] of Object.entries(answered)) {
      assert.deepEqual(shown[id], examples, `${id} answers otherwise; run npm run examples`)
    }
  })
})
