import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyScope, isGiven, isGivenToAll, toggledScope, withoutRepetition } from './scopes.ts'

test('writing and deleting tick reading, and unticking reading takes them along', () => {
  const written = toggledScope([], 'deals', 'write')
  assert.deepEqual(written.toSorted(), ['deals:read', 'deals:write'])
  const both = toggledScope(written, 'deals', 'delete')
  assert.deepEqual(both.toSorted(), ['deals:delete', 'deals:read', 'deals:write'])
  assert.deepEqual(toggledScope(both, 'deals', 'write').toSorted(), ['deals:delete', 'deals:read'])
  assert.deepEqual(toggledScope([...both, 'tasks:read'], 'deals', 'read'), ['tasks:read'])
})

test('what is given to every area is given to each, and is not ticked there itself', () => {
  assert.ok(isGiven(['*:read'], 'tasks', 'read'))
  assert.ok(!isGiven(['*:read'], 'tasks', 'write'))
  assert.ok(isGivenToAll(['*:read'], 'tasks', 'read'))
  assert.ok(!isGivenToAll(['*:read'], '*', 'read'))
})

test('an area that writes while every area is read needs no reading of its own, until that ends', () => {
  const scopes = toggledScope(['*:read'], 'tasks', 'write')
  assert.deepEqual(scopes, ['*:read', 'tasks:write'])
  assert.deepEqual(toggledScope(scopes, '*', 'read').toSorted(), ['tasks:read', 'tasks:write'])
})

test('unticking the reading of every area leaves what single areas were given', () => {
  assert.deepEqual(toggledScope(everyScope, '*', 'read'), [])
  assert.deepEqual(toggledScope(['*:read', '*:write', 'notes:read'], '*', 'read'), ['notes:read'])
})

test('what repeats every area is left out when it is sent', () => {
  const scopes = ['*:read', 'deals:read', 'deals:write']
  assert.deepEqual(withoutRepetition(scopes), ['*:read', 'deals:write'])
})
