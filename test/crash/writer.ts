import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type Act, actsOf, type Ground } from './acts.ts'

/** A write that was sent, and what is known of it. */
export interface Write extends Pick<Act, 'changes' | 'isInParts' | 'externalId' | 'isKeyed'> {
  /** As the changes and their events tell them; several where it was sent again. */
  requestIds: string[]
  /** Whether the server said that it is done. If not, it may be or may not be. */
  isAnswered: boolean
}

export interface WriterOptions {
  /** Of the server that runs; it waits for one that starts. */
  url(): Promise<string>
  key: string
  ground: Ground
  /** Whether keys stay claimed for a while after a crash, as where other processes may be running their requests. */
  isHolding: boolean
  /** Whether the test has failed. */
  isOver(): boolean
  /** Whether one more is to be written; asked before each. */
  goesOn(): boolean
  sent(): void
  answered(): void
}

export interface Written {
  writes: Write[]
  /** Sends again what a claim is held for that nobody works on any more, once there is none. */
  finish(): Promise<void>
}

/**
 * Writes all kinds of things, one write after the other. What becomes of a write that is cut off stays unknown to
 * it, as to any client, unless it has an Idempotency-Key: then it is sent again until it is answered.
 */
export async function writeOn(name: string, options: WriterOptions): Promise<Written> {
  const { goesOn, isOver, answered, ground } = options
  const writes: Write[] = []
  const held: { write: Write; attempt: () => Promise<Answer> }[] = []
  const acts = actsOf(name, ground)
  while (goesOn()) {
    const act = acts.next()
    const { changes, isInParts, externalId, isKeyed } = act
    const write: Write = { changes, isInParts, externalId, isKeyed, requestIds: [], isAnswered: false }
    writes.push(write)
    const attempt = () => send(act, write, key, options)
    const key = isKeyed ? randomUUID() : null
    let answer = await attempt()
    while (isKeyed && answer === 'cut off' && !isOver()) answer = await attempt()
    if (answer === 'held') held.push({ write, attempt })
    if (typeof answer === 'string') continue
    write.isAnswered = true
    write.changes = doneOf(changes, answer.body)
    if (write.changes.length > 0) act.done(answer.body)
    answered()
  }
  return {
    writes,
    async finish() {
      for (const { write, attempt } of held) {
        const answer = await attempt()
        assert.ok(typeof answer !== 'string', `sent again, it was ${answer}`)
        write.isAnswered = true
        write.changes = doneOf(write.changes, answer.body)
      }
    },
  }
}

/** Without those operations of a batch, or the only one, that other writers kept from being written. */
function doneOf(changes: readonly string[], body: unknown): readonly string[] {
  const { data } = (body ?? {}) as { data?: unknown }
  if (!Array.isArray(data)) return changes
  return changes.filter((_, at) => (data[at] as { status: number }).status < 300)
}

type Answer = { body: unknown } | 'cut off' | 'held'

/** `cut off`: there was no answer, or the database was out of reach. `held`: it is taken for running still. */
async function send(
  { method, path, body }: Act,
  write: Write,
  idempotencyKey: string | null,
  { url, key, sent, isHolding }: WriterOptions,
): Promise<Answer> {
  const requestId = randomUUID()
  write.requestIds.push(requestId)
  const isForm = typeof body === 'function'
  const address = `${await url()}/rest${path}`
  try {
    const answer = fetch(address, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        'x-request-id': requestId,
        ...(body && !isForm ? { 'content-type': 'application/json' } : {}),
        ...(idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: isForm ? body() : body && JSON.stringify(body),
    })
    sent()
    const response = await answer
    const text = await response.text()
    if (response.status === 503) {
      assert.equal(JSON.parse(text).code, 'unavailable', text)
      assert.ok(Number(response.headers.get('retry-after')) > 0)
      return 'cut off'
    }
    if (isHolding && response.status === 409 && JSON.parse(text).code === 'idempotency_in_progress')
      return 'held'
    assert.ok(response.ok, `${method} ${path} → ${response.status} ${text}`)
    return { body: text === '' ? null : JSON.parse(text) }
  } catch (error) {
    // What fetch throws when there is no connection, or no more of it.
    if (error instanceof TypeError) return 'cut off'
    throw error
  }
}
