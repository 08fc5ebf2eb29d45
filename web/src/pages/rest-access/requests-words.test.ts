import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestsWords } from './requests-words.ts'

test('the text beside the chart tells the sum and the day with the most', () => {
  const requests = [
    { date: '2026-03-01', count: 200 },
    { date: '2026-03-02', count: 1004 },
    { date: '2026-03-03', count: 0 },
  ]
  assert.equal(requestsWords(requests), '1,204 requests in 3 days, most on 2 Mar 2026: 1,004')
})

test('a key that nobody used has no day with the most', () => {
  assert.equal(requestsWords([{ date: '2026-03-01', count: 0 }]), 'No requests in 1 day')
})
