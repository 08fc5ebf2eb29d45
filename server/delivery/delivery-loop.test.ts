import assert from 'node:assert/strict'
import { it } from 'node:test'
import { deliveryLoop } from './delivery-loop.ts'

it('names the account whose work failed, where it knows', async () => {
  const lines: unknown[][] = []
  const log = { info() {}, warn() {}, error: (...words: unknown[]) => void lines.push(words) }
  const error = new Error('The database is gone')
  const waiting = {
    name: 'mails',
    deliverNext: () => Promise.reject(error),
    nextTurn: async () => null,
    account: () => 'acme',
  }
  await deliveryLoop(waiting, { log, now: Date.now }).deliverSoon()
  assert.deepEqual(lines, [[{ err: error, account: 'acme' }, 'The mails that wait could not be worked on']])
})
