import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createGate, longestInsideMs, standingMs, type Visitor } from './gate.ts'

/** A gate for two, a clock that is set by hand, and visitors who tell what became of them. */
function setUp() {
  let time = 0
  let beginTurn = () => {}
  const told: boolean[] = []
  const gate = createGate({
    atOnce: 2,
    now: () => time,
    nextTurn: (begin) => {
      beginTurn = begin
    },
    changed: (isOverloaded) => told.push(isOverloaded),
  })
  const entered: string[] = []
  const refused: string[] = []
  const visitors = new Map<string, Visitor>()
  return {
    told,
    entered,
    refused,
    come(name: string, who = 'anybody') {
      const visitor = { who, enter: () => entered.push(name), refuse: () => refused.push(name) }
      visitors.set(name, visitor)
      gate.come(visitor)
    },
    leave(name: string) {
      const visitor = visitors.get(name)
      assert.ok(visitor)
      gate.leave(visitor)
    },
    nextTurn: () => beginTurn(),
    wait(ms: number) {
      beginTurn()
      time += ms
      gate.look()
    },
  }
}

it('lets in as many as have room, and the others one by one as it is free, in their order', () => {
  const { come, leave, nextTurn, entered } = setUp()
  for (const name of ['a', 'b', 'c', 'd']) come(name)
  assert.deepEqual(entered, ['a', 'b'])
  nextTurn()
  leave('b')
  leave('a')
  assert.deepEqual(entered, ['a', 'b', 'c', 'd'])
})

it('lets in no more within one turn of the event loop, although those before are done', () => {
  const { come, leave, nextTurn, entered } = setUp()
  for (const name of ['a', 'b', 'c', 'd']) {
    come(name)
    if (name < 'c') leave(name)
  }
  assert.deepEqual(entered, ['a', 'b'])
  nextTurn()
  assert.deepEqual(entered, ['a', 'b', 'c', 'd'])
})

it('refuses none of a burst that is worked off', () => {
  const { come, leave, wait, entered, refused } = setUp()
  const names = Array.from({ length: 40 }, (_, at) => `${at}`)
  for (const name of names) come(name)
  for (const name of names) {
    wait(standingMs / 50)
    leave(name)
  }
  assert.deepEqual(entered, names)
  assert.deepEqual(refused, [])
})

it('refuses whoever is too many once the queue has stood for an interval, and tells of it once', () => {
  const { come, wait, refused, told } = setUp()
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) come(name)
  wait(standingMs - 1)
  assert.deepEqual(refused, [])
  wait(1)
  assert.deepEqual(refused, ['g', 'f', 'e', 'd'])
  come('h')
  assert.deepEqual(refused, ['g', 'f', 'e', 'd', 'h'])
  assert.deepEqual(told, [true])
})

it('refuses none of a few who each ask again when they are answered, however long the queue has stood', () => {
  const { come, leave, wait, refused } = setUp()
  for (const name of ['1', '2', '3', '4', '5', '6']) come(name)
  for (let at = 1; at <= 100; at++) {
    wait(standingMs / 10)
    leave(`${at}`)
    come(`${at + 6}`)
  }
  assert.deepEqual(refused, [])
  come('one more')
  assert.deepEqual(refused, ['one more', '106', '105', '104'])
})

it('lets in whoever has room the moment that there is, and allows a burst an interval later', () => {
  const { come, leave, nextTurn, wait, entered, refused, told } = setUp()
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) come(name)
  wait(standingMs)
  assert.deepEqual(refused, ['g', 'f', 'e', 'd'])
  for (const name of ['a', 'b', 'c']) leave(name)
  nextTurn()
  come('h')
  assert.equal(entered.at(-1), 'h')
  wait(standingMs)
  assert.deepEqual(told, [true, false])
  for (const name of ['i', 'j', 'k', 'l', 'm', 'n', 'o', 'p']) come(name)
  assert.equal(refused.length, 4)
})

it('refuses those of whom most wait, and lets the others in by turns', () => {
  const { come, leave, nextTurn, wait, entered, refused } = setUp()
  for (let at = 1; at <= 7; at++) come(`flood ${at}`, 'flood')
  wait(standingMs)
  assert.deepEqual(refused, ['flood 7', 'flood 6', 'flood 5', 'flood 4'])
  come('other', 'other')
  assert.equal(refused.at(-1), 'flood 3')
  nextTurn()
  leave('flood 1')
  assert.equal(entered.at(-1), 'other')
})

it('takes no place for who is inside for long, and none in the queue for who has gone', () => {
  const { come, leave, wait, entered } = setUp()
  for (const name of ['stream', 'slow', 'gone', 'next']) come(name)
  leave('gone')
  assert.deepEqual(entered, ['stream', 'slow'])
  wait(longestInsideMs)
  assert.deepEqual(entered, ['stream', 'slow', 'next'])
})
