import { createHash } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import type { Writable } from 'node:stream'
import pg from 'pg'
import { isOfStandby } from './trouble.ts'

/** Counts and millisecond times are 64-bit there and always within a JavaScript integer here. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

/**
 * Seconds after which a connection is replaced, so that it keeps prepared what is asked now, and goes over to a
 * server that took the place of another.
 */
export const connectionLifetime = 600

/** As many statements stay prepared in a connection. Each takes some ten kilobytes of the server's memory. */
const mostPrepared = 200
/** Of so many statements the process remembers that it has seen them. */
const mostSeen = 2_000
const seen = new Set<string>()

/**
 * A connection that keeps the statements prepared which come more than once, so that the server reads and
 * plans them once and not for every request. A statement is named by what it says: where several processes
 * share a connection, a name can never mean two of them.
 *
 * Behind a pooler the server's connection may be another one for every transaction, so nothing is kept there.
 */
export class PreparingClient extends pg.Client {
  #names = new Map<string, string>()
  #isDirect = false
  #takesNoWrites = false
  #plansOnce = false
  #isGathering = false

  constructor(config?: pg.ClientConfig) {
    super(config)
    const { connection } = this as unknown as { connection: EventEmitter<{ errorMessage: [object] }> }
    connection.on('errorMessage', (error) => {
      if (isOfStandby(error)) this.#takesNoWrites = true
    })
  }

  /** Whether a write was refused because the server takes none. A new connection may lead to one that does. */
  get takesNoWrites(): boolean {
    return this.#takesNoWrites
  }

  /** To be called once after connecting: a pooler shows another process number than the server's own. */
  async lookForPooler(): Promise<void> {
    const { rows } = await super.query<{ pid: number }>('select pg_backend_pid() as pid')
    const { processID } = this as unknown as { processID: number | null }
    this.#isDirect = rows[0]?.pid === processID
  }

  /** From now on what is prepared is planned once, and not for each of its parameters. */
  async planOnce(): Promise<void> {
    // A pooler would hand the setting on to whoever gets the connection next.
    if (!this.#isDirect) return
    await super.query(`set plan_cache_mode = 'force_generic_plan'`)
    this.#plansOnce = true
  }

  /** Whether it does; not behind a pooler. */
  get plansOnce(): boolean {
    return this.#plansOnce
  }

  // The driver's signatures are many; all but the one that is looked at are passed on as they are.
  override query(...given: unknown[]): never {
    const [query, values] = given
    if (typeof query === 'string' && hasValues(values)) {
      const name = this.#nameOf(query)
      if (name !== null) return this.#send([{ name, text: query, values }])
    }
    if (isNamed(query) && !this.#isDirect) {
      // The pool's own queries have a callback behind it.
      const { name: _, ...unnamed } = query
      return this.#send([unnamed, ...given.slice(1)])
    }
    return this.#send(given)
  }

  #send(given: unknown[]): never {
    this.#gather()
    return super.query(...(given as Parameters<pg.Client['query']>)) as never
  }

  /**
   * What is asked before anything is waited for goes out together: handing bytes to the system costs both sides
   * more than most of these queries.
   */
  #gather(): void {
    if (this.#isGathering) return
    const { stream } = (this as unknown as { connection: { stream: Writable } }).connection
    this.#isGathering = true
    stream.cork()
    // Behind all promises that can go on now.
    process.nextTick(() => {
      this.#isGathering = false
      stream.uncork()
    })
  }

  #nameOf(text: string): string | null {
    if (!this.#isDirect) return null
    const known = this.#names.get(text)
    if (known !== undefined) return known
    if (!isSeenAgain(text) || this.#names.size >= mostPrepared) return null
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 32)
    this.#names.set(text, name)
    return name
  }
}

/** A query that a library names by itself. */
function isNamed(query: unknown): query is pg.QueryConfig {
  return typeof query === 'object' && query !== null && 'name' in query && 'text' in query
}

function hasValues(values: unknown): boolean {
  return Array.isArray(values) && values.length > 0
}

function isSeenAgain(text: string): boolean {
  const isKnown = seen.delete(text)
  seen.add(text)
  const [oldest] = seen
  if (seen.size > mostSeen && oldest !== undefined) seen.delete(oldest)
  return isKnown
}
