import { setTimeout as wait } from 'node:timers/promises'
import ipaddr from 'ipaddr.js'
import { ApiError } from '../errors/api-error.ts'

/** Slows whoever sends very many wrong keys. It is only ever asked about a wrong one, so no right one waits. */
export interface WrongKeys {
  /**
   * Notes that an address sent a wrong key. Where it was one of very many, the answer waits for a second and
   * the connection ends with it.
   * @throws ApiError too_many_wrong_keys
   */
  note(address: string): Promise<void>
}

export interface WrongKeyLimits {
  windowMs: number
  /** Wrong keys of an address in a window that are answered at once. */
  free: number
  holdMs: number
}

const usual: WrongKeyLimits = { windowMs: 10_000, free: 50, holdMs: 1_000 }

/** What is remembered stays small, however many addresses there are and however many answers wait. */
const mostAddresses = 10_000
const mostHeld = 2_000

/** In memory and of this process alone: what is slowed here need not be known elsewhere. */
export function createWrongKeys({ windowMs, free, holdMs }: WrongKeyLimits = usual): WrongKeys {
  let counts = new Map<string, number>()
  let endsAt = 0
  let held = 0
  return {
    async note(address) {
      const now = Date.now()
      if (now >= endsAt) {
        counts = new Map()
        endsAt = now + windowMs
      }
      const network = networkOf(address)
      const count = (counts.get(network) ?? 0) + 1
      if (count > 1 || counts.size < mostAddresses) counts.set(network, count)
      if (count <= free) return
      if (held < mostHeld) {
        held += 1
        // Not all at the same moment, or the answers that were held would come as one wave.
        await wait(holdMs * (0.5 + Math.random()))
        held -= 1
      }
      throw tooMany(Math.max(1, Math.ceil((endsAt - Date.now()) / 1_000)))
    },
  }
}

/** One household or machine has a whole /64 of IPv6. */
function networkOf(address: string): string {
  if (!address.includes(':') || !ipaddr.IPv6.isValid(address)) return address
  const parsed = ipaddr.IPv6.parse(address)
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.parts.slice(0, 4).join(':')
}

function tooMany(seconds: number): ApiError {
  return new ApiError(
    'too_many_wrong_keys',
    'Invalid Access Token: very many wrong keys came from this address. Right ones are still taken',
    { headers: { 'retry-after': String(seconds), connection: 'close' } },
  )
}
