import assert from 'node:assert/strict'
import { it } from 'node:test'
import { eventsInWords, nameOf } from './names.ts'

it('calls a webhook by the first line of its description, or by its host', () => {
  const target_url = 'https://hooks.example.com/a'
  assert.equal(nameOf({ description: ' Accounting\nnew owners', target_url }), 'Accounting')
  assert.equal(nameOf({ description: '  ', target_url }), 'hooks.example.com')
  assert.equal(nameOf({ description: '', target_url: 'odd' }), 'odd')
})

it('says which events in few words', () => {
  assert.equal(eventsInWords(['*']), 'Every event')
  assert.equal(eventsInWords(['deal.*']), 'deal.*')
  assert.equal(eventsInWords(['deal.created', 'task.*', 'note.created']), 'deal.created and 2 more')
})
