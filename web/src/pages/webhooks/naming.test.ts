import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf, eventsOf, nameOf } from './naming.ts'

test('a webhook is called by what it is for, or by where it goes', () => {
  const target_url = 'https://hooks.example.com/latchkey?token=secret'
  assert.equal(nameOf({ description: 'Accounting\nSince May', target_url }), 'Accounting')
  assert.equal(nameOf({ description: ' ', target_url }), 'https://hooks.example.com/latchkey')
  assert.equal(nameOf({ description: 'long '.repeat(40), target_url }).length, 80)
})

test('the query of an address, which may hold a token, is not shown', () => {
  assert.equal(addressOf('https://hooks.example.com/?token=secret'), 'https://hooks.example.com')
})

test('the events of a webhook are told in a few words', () => {
  assert.equal(eventsOf(['*']), 'All events')
  assert.equal(eventsOf(['deal.created']), 'deal.created')
  assert.equal(eventsOf(['deal.created', 'task.*']), 'deal.created and 1 more')
})
