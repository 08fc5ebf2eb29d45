import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'

/** A change of what a credential opens, and what a request with it is answered before and after. */
export interface Change {
  name: string
  /** Carries it out at the node of this address. Once it resolves, every request must see it. */
  act(url: string): Promise<unknown>
  /** Sends one request to the node of this address, and resolves with what its answer was in a word. */
  ask(url: string): Promise<string>
  before: string
  after: string
}

interface Observation {
  url: string
  /** What was known of the change when the request was sent, and when it was answered. */
  sent: Phase
  answered: Phase
  answer: string
}

type Phase = 'before' | 'under way' | 'after'

const connectionsOfNode = 4
/** Requests of each node that were answered before the change began, and that were sent after it had ended. */
const enough = 15

/**
 * Makes a change while connections to every node are kept busy. What was answered before it began must be as
 * before, what was sent after its end as after; only a request between them may be either.
 */
export async function underLoad(
  change: Change,
  { urls, actAt }: { urls: readonly string[]; actAt: string },
): Promise<void> {
  const seen: Observation[] = []
  const answers = new EventEmitter()
  let phase: Phase = 'before'
  let isDone = false

  async function keepBusy(url: string): Promise<void> {
    // A node that has answered enough waits for the others: what it refuses is counted against the sender.
    while (!isDone && countOf(url, isAfter) < enough) {
      const sent = phase
      const answer = await change.ask(url)
      seen.push({ url, sent, answered: phase, answer })
      answers.emit('one')
    }
  }

  function countOf(url: string, isOne: (one: Observation) => boolean): number {
    return seen.filter((one) => one.url === url && isOne(one)).length
  }

  async function enoughOf(isOne: (one: Observation) => boolean): Promise<void> {
    while (!urls.every((url) => countOf(url, isOne) >= enough)) await once(answers, 'one')
  }

  async function make(): Promise<void> {
    await enoughOf(isBefore)
    phase = 'under way'
    await change.act(actAt)
    phase = 'after'
    await enoughOf(isAfter)
  }

  const busy = Promise.all(
    urls.flatMap((url) => Array.from({ length: connectionsOfNode }, () => keepBusy(url))),
  )
  try {
    await Promise.race([make(), busy])
  } finally {
    isDone = true
    await busy
  }
  const { before, after, name } = change
  assert.deepEqual(answersOf(seen.filter(isBefore)), [before], `${name}: answered before it`)
  assert.deepEqual(answersOf(seen.filter(isAfter)), [after], `${name}: sent after it`)
  const others = answersOf(seen).filter((answer) => answer !== before && answer !== after)
  assert.deepEqual(others, [], `${name}: while it was made`)
}

const isBefore = ({ answered }: Observation) => answered === 'before'
const isAfter = ({ sent }: Observation) => sent === 'after'

function answersOf(seen: readonly Observation[]): string[] {
  return [...new Set(seen.map(({ answer }) => answer))]
}
