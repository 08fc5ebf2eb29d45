import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toggledEvent } from './event-names.ts'

test('an event is chosen and left out again', () => {
  assert.deepEqual(toggledEvent(['task.created'], 'deal.created'), ['task.created', 'deal.created'])
  assert.deepEqual(toggledEvent(['task.created', 'deal.created'], 'task.created'), ['deal.created'])
})

test('all of a kind takes the place of each of the kind', () => {
  const chosen = ['deal.created', 'deal.deleted', 'dealer.created']
  assert.deepEqual(toggledEvent(chosen, 'deal.*'), ['dealer.created', 'deal.*'])
})
