import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayIn, endOfDay, expiryWords, untilWords } from './expiry.ts'

const chicago = 'America/Chicago'
const now = Date.parse('2026-11-28T15:00:00Z')

test('a key that works for some days works to the end of the last one, on the clock of the account', () => {
  const day = dayIn(30, chicago, now)
  assert.equal(day, '2026-12-28')
  assert.equal(endOfDay(day, chicago), '2026-12-29T06:00:00.000Z')
  assert.equal(endOfDay('', chicago), null)
})

test('days are counted across a change of the clocks', () => {
  const beforeSummer = Date.parse('2027-03-14T04:30:00Z')
  assert.equal(dayIn(1, chicago, beforeSummer), '2027-03-14')
  assert.equal(endOfDay('2027-03-14', chicago), '2027-03-15T05:00:00.000Z')
})

test('the last day is told, not the midnight after it', () => {
  assert.equal(untilWords('2026-12-29T06:00:00.000Z', chicago), 'the end of 28 Dec 2026')
  assert.equal(untilWords('2026-12-28T20:05:00.000Z', chicago), '28 Dec 2026, 14:05')
})

test('an end that is near says how near, and one that has passed says so', () => {
  assert.equal(expiryWords(null, chicago, now), null)
  assert.equal(expiryWords('2026-12-29T06:00:00Z', chicago, now), 'Until the end of 28 Dec 2026')
  assert.equal(expiryWords('2026-12-03T06:00:00Z', chicago, now), 'Until the end of 2 Dec 2026, in 5 days')
  assert.equal(
    expiryWords('2026-11-29T06:00:00Z', chicago, now),
    'Until the end of 28 Nov 2026, in less than a day',
  )
  assert.equal(expiryWords('2026-11-28T06:00:00Z', chicago, now), 'Expired on 27 Nov 2026')
})
