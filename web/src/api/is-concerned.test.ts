import assert from 'node:assert/strict'
import { it } from 'node:test'
import { isConcerned } from './is-concerned.ts'
import type { LiveEvent } from './live.ts'

const event: LiveEvent = {
  type: 'deal.updated',
  data: { resource: 'deals', record_id: 'd1', changed: {}, record: { id: 'd1', contacts: [{ id: 'c1' }] } },
}

it('a record and its history are concerned by what happens to it', () => {
  assert.ok(isConcerned(event, ['records', 'deals', 'd1'], undefined))
  assert.ok(isConcerned(event, ['records', 'deals', 'd1', 'history'], undefined))
  assert.ok(!isConcerned(event, ['records', 'deals', 'd2'], { id: 'd2' }))
})

it('a record is concerned by those that mention it and those it mentions', () => {
  assert.ok(isConcerned(event, ['records', 'contacts', 'c1'], { id: 'c1' }))
  assert.ok(isConcerned(event, ['records', 'properties', 'p1'], { id: 'p1', deals: [{ id: 'd1' }] }))
})

it('people are concerned by users alone', () => {
  const users: LiveEvent = { ...event, data: { ...event.data, resource: 'users' } }
  assert.ok(isConcerned(users, ['people'], []))
  assert.ok(!isConcerned(event, ['people'], []))
})
