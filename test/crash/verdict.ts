import assert from 'node:assert/strict'
import { disagreements } from '../agreement/agreement.ts'
import type { OpenEngine } from '../support/engines.ts'
import { changeLog, checkAnswered, checkArrivals, checkTold, type Event, type Logged } from './checks.ts'
import type { Receiver } from './receiver.ts'
import { leftAfterTidying } from './storage.ts'
import type { Write } from './writer.ts'

/** Holds all that a stopped server has kept against what its clients know. @returns the counts, in words */
export async function verdict(
  storage: OpenEngine,
  accountId: string,
  { writes, events, receiver }: { writes: readonly Write[]; events: readonly Event[]; receiver: Receiver },
): Promise<string[]> {
  const logged = await changeLog(storage, accountId)
  checkAnswered(writes, logged)
  checkTold(events, logged)
  checkArrivals(receiver.arrivals, events)
  assert.deepEqual(await disagreements(storage), [])
  assert.deepEqual(await leftAfterTidying(storage), [])
  const repeated = receiver.arrivals.filter(({ attempt }) => attempt > 1)
  return [
    summary(writes, logged),
    `${events.length} events, ${receiver.arrivals.length} deliveries arrived, ${repeated.length} of them again`,
  ]
}

function summary(writes: readonly Write[], logged: readonly Logged[]): string {
  const known = new Set(logged.map(({ request_id }) => request_id))
  const cutOff = writes.filter(({ isAnswered }) => !isAnswered)
  const kept = cutOff.filter(({ requestIds }) => requestIds.some((id) => known.has(id)))
  const again = writes.filter(({ requestIds }) => requestIds.length > 1)
  return (
    `${writes.length - cutOff.length} writes answered, ${cutOff.length} cut off, ${kept.length} of those kept; ` +
    `${again.length} with a key sent again, each done once`
  )
}
