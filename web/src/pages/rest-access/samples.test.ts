import assert from 'node:assert/strict'
import { test } from 'node:test'
import { samplesFor } from './samples.ts'

test('every sample calls this server and takes the key from the environment', () => {
  for (const { language, code } of samplesFor('https://rest.example/rest')) {
    assert.match(code, /https:\/\/rest\.example\/rest\/contacts\?per_page=3/, language)
    assert.match(code, /LATCHKEY_API_KEY/, language)
    assert.doesNotMatch(code, /lk_live_/, language)
  }
})
