import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Area, areas, readOnlyAreas } from '../resource-layer/access.ts'
import { operations } from './operations.ts'

test('an area is read-only if no operation writes or deletes in it', () => {
  const all = operations(() => Promise.reject(new Error('not called')))
  const changes = all.filter(({ need }) => need !== null && need[1] !== 'read')
  const changed = new Set(changes.map(({ need }) => need?.[0]))
  const found = (Object.keys(areas) as Area[]).filter((area) => !changed.has(area))
  assert.deepEqual(found.toSorted(), readOnlyAreas.toSorted())
})
