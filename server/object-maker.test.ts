import assert from 'node:assert/strict'
import { test } from 'node:test'
import { objectMaker } from './object-maker.ts'

test('makes objects of names and values, whatever the names are', () => {
  const names = ['id', 'a b', '"', '\\', '\n', '\u2028', '__proto__', 'constructor', '0']
  const made = objectMaker(names)(names.map((_, at) => at))
  assert.equal(Object.getPrototypeOf(made), Object.prototype)
  for (const [at, name] of names.entries())
    assert.equal(Object.getOwnPropertyDescriptor(made, name)?.value, at)
  assert.equal(Object.keys(made).length, names.length)
})

test('gives each list of names a maker of its own', () => {
  assert.deepEqual(objectMaker(['a', 'b'])([1, 2]), { a: 1, b: 2 })
  assert.deepEqual(objectMaker(['b', 'a'])([1, 2]), { b: 1, a: 2 })
  assert.deepEqual(objectMaker(['a,b'])([1]), { 'a,b': 1 })
  assert.equal(objectMaker(['a', 'b']), objectMaker(['a', 'b']))
})
