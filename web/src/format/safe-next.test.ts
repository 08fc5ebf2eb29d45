import assert from 'node:assert/strict'
import { test } from 'node:test'
import { safeNext } from './safe-next.ts'

const origin = 'https://latchkey.example'

test('a path of this site is kept with its search and hash', () => {
  assert.equal(safeNext('/contacts/1?tab=notes#top', origin), '/contacts/1?tab=notes#top')
})

test('anything that leads to another site becomes the start page', () => {
  const elsewhere = [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:1',
  ]
  for (const next of elsewhere) assert.equal(safeNext(next, origin), '/', next)
})

test('nothing to go on to is the start page', () => {
  assert.equal(safeNext(undefined, origin), '/')
})
