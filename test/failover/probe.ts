import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Write } from '../crash/writer.ts'

export interface Probed {
  /** Milliseconds from `since` to the first write that this node answered. */
  answeredAfter: number
  /** How long the longest of its answers took, those that tell of trouble included. */
  longestMs: number
  /** What was written, to be looked for later. */
  writes: Write[]
}

const everyMs = 100

/** Writes on one node, one contact after the other, until it is answered. Until then it may only be told 503. */
export async function probe(url: string, { key, since }: { key: string; since: number }): Promise<Probed> {
  const writes: Write[] = []
  let longestMs = 0
  for (;;) {
    const requestId = randomUUID()
    const write: Write = {
      changes: ['contacts.created'],
      isInParts: false,
      isKeyed: false,
      externalId: null,
      requestIds: [requestId],
      isAnswered: false,
    }
    writes.push(write)
    const sentAt = performance.now()
    const response = await fetch(`${url}/rest/contacts`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'x-request-id': requestId,
      },
      body: '{"full_name":"Are You There"}',
    })
    const text = await response.text()
    longestMs = Math.max(longestMs, performance.now() - sentAt)
    if (response.status === 201) {
      write.isAnswered = true
      return { answeredAfter: performance.now() - since, longestMs, writes }
    }
    assert.equal(response.status, 503, text)
    assert.ok(Number(response.headers.get('retry-after')) > 0, text)
    await wait(everyMs)
  }
}
