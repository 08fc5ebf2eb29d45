import { setTimeout as wait } from 'node:timers/promises'
import ipaddr from 'ipaddr.js'
import { ApiError } from '../errors/api-error.ts'

/** Slows whoever sends very many wrong keys. It is only ever asked about a wrong one, so no right one waits. */
export interface WrongKeys {
  /**
   * Notes that an address sent a wrong key, and resolves when the answer may be sent: at once with `at once`, or
   * after a second or more with `held` where very many came, from this address or from all together.
   * @throws ApiError too_many_wrong_keys after the same time, where they came from this address
   */
  note(from: { address: string; connection: Connection }): Promise<'at once' | 'held'>
}

/** On which a wrong key came; the socket, where there is one. */
export interface Connection {
  destroy(): void
}

export interface WrongKeyLimits {
  windowMs: number
  /** Wrong keys in a window that are answered at once: of an address, and of all together. */
  free: number
  freeOfAll: number
  /** The shortest time that an answer is held. */
  holdMs: number
  /** Held answers that are sent in a second; further ones wait longer. */
  perSecond: number
  /** Held answers at one time. What comes beyond them is answered at once and loses its connection. */
  mostHeld: number
}

const usual: WrongKeyLimits = {
  windowMs: 10_000,
  free: 50,
  freeOfAll: 1_000,
  holdMs: 1_000,
  perSecond: 250,
  mostHeld: 5_000,
}

/** What is remembered stays small, however many addresses there are. */
const mostAddresses = 10_000
const wakeMs = 20

/** The part of a logger that is needed here. */
interface Log {
  warn(details: object, message: string): void
}

/**
 * In memory and of this process alone: what is slowed here need not be known elsewhere.
 *
 * A held connection is kept, because a new one costs the server more than an answer. So whoever waits for answers
 * sends one wrong key a second over each connection, and all of them together get `perSecond` answers.
 */
export function createWrongKeys(log: Log, limits: WrongKeyLimits = usual): WrongKeys {
  const { windowMs, free, freeOfAll, holdMs, perSecond, mostHeld } = limits
  let counts = new Map<string, number>()
  let all = 0
  let endsAt = 0
  let lastTurn = 0
  let isTold = false
  const held = new Set<Connection>()

  function count(address: string): { ofAddress: number; ofAll: number } {
    const now = Date.now()
    if (now >= endsAt) {
      counts = new Map()
      all = 0
      endsAt = now + windowMs
      isTold = false
    }
    const network = networkOf(address)
    const ofAddress = (counts.get(network) ?? 0) + 1
    if (ofAddress > 1 || counts.size < mostAddresses) counts.set(network, ofAddress)
    all += 1
    return { ofAddress, ofAll: all }
  }

  async function hold(connection: Connection): Promise<void> {
    const now = performance.now()
    lastTurn = Math.max(now + holdMs, lastTurn + 1_000 / perSecond)
    held.add(connection)
    // A few at a time: waking up for each of them would cost as much as the answers.
    await wait(Math.ceil((lastTurn - now) / wakeMs) * wakeMs)
    held.delete(connection)
  }

  return {
    async note({ address, connection }) {
      const { ofAddress, ofAll } = count(address)
      if (ofAddress <= free && ofAll <= freeOfAll) return 'at once'
      if (!isTold) {
        isTold = true
        // Once a window: a line for each of them would be what the attack wants.
        log.warn({ address }, 'Very many wrong keys are sent; their answers are held up.')
      }
      // A client that waits for its answers sends nothing meanwhile.
      if (held.has(connection)) connection.destroy()
      const isFull = held.size >= mostHeld
      if (!isFull && !held.has(connection)) await hold(connection)
      if (ofAddress <= free) return 'held'
      throw tooMany(Math.max(1, Math.ceil((endsAt - Date.now()) / 1_000)), isFull)
    },
  }
}

/** One household or machine has a whole /64 of IPv6. */
function networkOf(address: string): string {
  if (!address.includes(':') || !ipaddr.IPv6.isValid(address)) return address
  const parsed = ipaddr.IPv6.parse(address)
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.parts.slice(0, 4).join(':')
}

function tooMany(seconds: number, isLast: boolean): ApiError {
  return new ApiError(
    'too_many_wrong_keys',
    'Invalid Access Token: very many wrong keys came from this address. Right ones are still taken',
    { headers: { 'retry-after': String(seconds), ...(isLast && { connection: 'close' }) } },
  )
}
