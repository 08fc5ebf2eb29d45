import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openWorkInWords } from './open-work.ts'

it('tells open work in words', () => {
  const none = { deals: 0, processes: 0, tasks: 0, conversations: 0 }
  assert.equal(openWorkInWords(none), '')
  assert.equal(openWorkInWords({ ...none, deals: 1 }), '1 open lead')
  assert.equal(
    openWorkInWords({ deals: 3, processes: 1, tasks: 1_200, conversations: 2 }),
    '3 open leads, 1 open process, 1,200 open tasks, and 2 active conversations',
  )
})
