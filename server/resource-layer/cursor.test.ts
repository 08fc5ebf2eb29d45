import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { newId } from '../storage/ids.ts'
import { type Order, readCursor, sortColumn, writeCursor } from './cursor.ts'

const byTime: Order = {
  resource: 'contacts',
  field: 'created_at',
  key: { column: 'created_at', kind: 'number', nullable: false },
  direction: 'asc',
}
const byName: Order = {
  resource: 'contacts',
  field: 'name',
  key: { column: 'name', kind: 'text', nullable: true },
  direction: 'desc',
}

it('comes back as the place that it was made of', () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
  )
  fc.assert(
    fc.property(value, (name) => {
      const id = newId()
      const cursor = writeCursor(byName, { id, [sortColumn]: name })
      assert.match(cursor, /^[\w-]+$/)
      assert.deepEqual(readCursor(cursor, byName), { value: name, id })
    }),
  )
  fc.assert(
    fc.property(fc.maxSafeInteger(), (time) => {
      const id = newId()
      assert.deepEqual(readCursor(writeCursor(byTime, { id, [sortColumn]: time }), byTime), {
        value: time,
        id,
      })
    }),
  )
})

it('is none in another order, another direction or another resource', () => {
  const cursor = writeCursor(byTime, { id: newId(), [sortColumn]: 5 })
  for (const other of [
    byName,
    { ...byTime, direction: 'desc' as const },
    { ...byTime, field: 'updated_at' },
    { ...byTime, resource: 'deals' },
  ])
    assert.equal(readCursor(cursor, other), null)
})

it('is none when it was damaged or made up', () => {
  const id = newId()
  const crafted = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
  const good = ['contacts', 'created_at', 'asc']
  for (const cursor of [
    '',
    'x',
    'bnVsbA',
    '%%%',
    crafted(...good, 5),
    crafted(...good, 5, id, 1),
    crafted(...good, '5', id),
    crafted(...good, null, id),
    crafted(...good, 1.5, id),
    crafted(...good, [5], id),
    crafted(...good, 5, '------------------------------------'),
    crafted(...good, 5, `${id}' or 1=1`),
    crafted(...good, 5, 7),
  ])
    assert.equal(readCursor(cursor, byTime), null, cursor)
  for (const name of ['a\0b', '\ud800', 5, true])
    assert.equal(readCursor(crafted('contacts', 'name', 'desc', name, id), byName), null)
})

it('never fails, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String(),
        fc.json().map((json) => Buffer.from(json).toString('base64url')),
      ),
      (text) => {
        assert.equal(readCursor(text, byTime), null)
      },
    ),
  )
})
