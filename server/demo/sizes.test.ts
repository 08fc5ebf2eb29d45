import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultTasks, mostTasks, sizesFor } from './sizes.ts'

test('the default company has about 120 doors in about 80 properties, and 8 people', () => {
  const sizes = sizesFor(defaultTasks)
  assert.ok(Math.abs(sizes.units - 120) <= 5, `${sizes.units} units`)
  assert.ok(Math.abs(sizes.properties - 80) <= 3, `${sizes.properties} properties`)
  assert.equal(sizes.users, 8)
  assert.equal(sizes.propertyFields, 12)
})

test('110,381 tasks give the company that was measured', () => {
  const { properties, propertyFields, unitFields, users, deals, notes } = sizesFor(110_381)
  assert.deepEqual(
    { properties, propertyFields, unitFields, users },
    { properties: 870, propertyFields: 137, unitFields: 52, users: 20 },
  )
  assert.ok(deals >= 5_000 && deals <= 6_000)
  assert.ok(notes >= 20_000 && notes <= 30_000)
})

test('more tasks never give less of anything, and the smallest company has some of everything', () => {
  const steps = [1, 10, 100, 1_000, defaultTasks, 50_000, 110_381, mostTasks].map(sizesFor)
  for (const [index, sizes] of steps.entries()) {
    for (const [name, count] of Object.entries(sizes)) {
      assert.ok(count >= 1 && Number.isInteger(count), `${name} is ${count}`)
      const before = steps[index - 1]?.[name as keyof typeof sizes] ?? 0
      assert.ok(count >= before, `${name} fell from ${before} to ${count}`)
    }
  }
})
