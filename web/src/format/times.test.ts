import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAgo, formatDate, formatDateTime, formatMoment } from './times.ts'

test('a time is read on the clock of the company', () => {
  assert.equal(formatDateTime('2026-03-03T02:05:00Z', 'America/Chicago'), '2 Mar 2026, 20:05')
  assert.equal(formatMoment('2026-03-03T02:05:09Z', 'America/Chicago'), '2 Mar 2026, 20:05:09')
  assert.equal(formatDate('2026-03-03T02:05:00Z', 'America/Chicago'), '2 Mar 2026')
})

test('what happened lately is told by how long ago it was', () => {
  const now = Date.parse('2026-11-09T12:00:00Z')
  assert.equal(formatAgo('2026-11-09T11:59:40Z', 'UTC', now), 'just now')
  assert.equal(formatAgo('2026-11-09T11:58:00Z', 'UTC', now), '2 minutes ago')
  assert.equal(formatAgo('2026-11-08T11:00:00Z', 'UTC', now), '1 day ago')
  assert.equal(formatAgo('2026-10-09T11:00:00Z', 'UTC', now), '9 Oct 2026')
})

test('a clock that is a little behind the server does not make the future', () => {
  assert.equal(formatAgo('2026-11-09T12:00:05Z', 'UTC', Date.parse('2026-11-09T12:00:00Z')), 'just now')
})

test('what is not a time is shown as it is', () => {
  assert.equal(formatDate('soon', 'UTC'), 'soon')
})
