import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeapStatistics } from 'node:v8'
import { collect, giveBackWhenIdle } from './idle-memory.ts'

const mebibyte = 1_024 * 1_024

test('collects once what a load has left, when there is next to nothing to do', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const now = { utilization: 0.9, heap: 300 * mebibyte, collections: 0 }
  const end = giveBackWhenIdle({
    utilization: () => now.utilization,
    heapSize: () => now.heap,
    collect() {
      now.collections++
      now.heap = 100 * mebibyte
    },
  })
  const collectionsAfter = (change: Partial<typeof now>) => {
    Object.assign(now, change)
    t.mock.timers.tick(5_000)
    return now.collections
  }
  assert.equal(collectionsAfter({}), 0, 'under load')
  assert.equal(collectionsAfter({ utilization: 0.001 }), 0, 'it may be a pause')
  assert.equal(collectionsAfter({ utilization: 0.02 }), 0, 'it was one')
  assert.equal(collectionsAfter({ utilization: 0.001 }), 0)
  assert.equal(collectionsAfter({}), 1)
  assert.equal(collectionsAfter({}), 1, 'it did what can be done')
  assert.equal(collectionsAfter({ heap: 149 * mebibyte }), 1, 'it is little that would be won')
  assert.equal(collectionsAfter({ heap: 151 * mebibyte }), 2)
  end()
  assert.equal(collectionsAfter({ heap: 900 * mebibyte }), 2, 'it has ended')
})

test('collects once what the start has left, and then leaves a small heap alone', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let collections = 0
  const end = giveBackWhenIdle({
    utilization: () => 0,
    heapSize: () => 63 * mebibyte,
    collect: () => collections++,
  })
  t.mock.timers.tick(60_000)
  end()
  assert.equal(collections, 1)
})

test('gives the system back what nobody holds any more', () => {
  const size = () => getHeapStatistics().total_heap_size
  const before = size()
  const garbage: unknown[] = Array.from({ length: 1_000_000 }, (_, at) => ({ at }))
  const filled = size()
  assert.ok(filled > before + 20 * mebibyte)
  garbage.length = 0
  collect()
  assert.ok(size() < filled - 20 * mebibyte)
})
