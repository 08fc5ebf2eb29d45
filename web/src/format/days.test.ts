import assert from 'node:assert/strict'
import { it } from 'node:test'
import { dayAfter, momentAt, shownAt, startOfDay } from './days.ts'

it('begins a day where the clock of the time zone does, summer and winter', () => {
  assert.equal(startOfDay('2026-01-15', 'America/Chicago'), '2026-01-15T06:00:00.000Z')
  assert.equal(startOfDay('2026-07-15', 'America/Chicago'), '2026-07-15T05:00:00.000Z')
  assert.equal(startOfDay('2026-07-15', 'Asia/Tokyo'), '2026-07-14T15:00:00.000Z')
})

it('knows the offset of the very midnight of a day on which the clocks change', () => {
  assert.equal(startOfDay('2026-03-08', 'America/Chicago'), '2026-03-08T06:00:00.000Z')
  assert.equal(startOfDay('2026-03-09', 'America/Chicago'), '2026-03-09T05:00:00.000Z')
})

it('takes nothing else for a day', () => {
  for (const text of ['', '2026', '2026-13-01', '1 March']) assert.equal(startOfDay(text, 'UTC'), null, text)
  assert.equal(dayAfter('2026-02-28'), '2026-03-01')
})

it('knows when a clock shows a time, and what it shows then', () => {
  assert.equal(momentAt('2026-07-15T09:30', 'America/Chicago'), '2026-07-15T14:30:00.000Z')
  assert.equal(shownAt(Date.parse('2026-07-15T14:30:59Z'), 'America/Chicago'), '2026-07-15T09:30')
  assert.equal(momentAt('2026-07-15', 'America/Chicago'), null)
})
