import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Right } from '../../api/permissions.ts'
import { rightsIn, toggled, withoutOwn, withRights } from './places.ts'

const known: Right[] = ['delete', 'export', 'reassign']

it('gives a right and takes it back, without a trace', () => {
  const given = toggled(['delete', 'reassign'], 'export', known)
  assert.deepEqual(given, known)
  assert.deepEqual(toggled(given, 'export', known), ['delete', 'reassign'])
})

it('sets one place apart, closes it, and lets it go by the others again', () => {
  const before = { others: known, named: {} }
  const apart = withRights(before, 'leasing', null)
  assert.equal(rightsIn(apart, 'leasing'), null)
  assert.deepEqual(rightsIn(apart, null), known)
  assert.deepEqual(withoutOwn(apart, 'leasing'), before)
  assert.deepEqual(withRights(apart, null, ['export']), { others: ['export'], named: { leasing: null } })
})
