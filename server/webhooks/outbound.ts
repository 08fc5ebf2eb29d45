import { type LookupAddress, lookup as resolve } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** An address that deliveries do not go to. */
export class AddressNotAllowed extends Error {
  readonly code = 'ADDRESS_NOT_ALLOWED'
}

/** Resolves a name to its addresses; Node's own unless a test says otherwise. */
export type Resolve = (
  name: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * Whether an address is one of the public internet: not private, loopback, link-local, shared, multicast or
 * reserved, and no IPv6 address that stands for one of IPv4.
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  if (parsed.range() !== 'unicast') return false
  // What is global stands in 2000::/3; all else is reserved, site-local, or a translation of IPv4.
  return parsed.kind() === 'ipv4' || (parsed.toByteArray()[0] ?? 0) >> 5 === 1
}

/**
 * A lookup for connections. It looks at the very addresses that are then connected to, so that a name which
 * resolves to something else a moment later gains nothing. Of several addresses only the public ones are used.
 */
export function publicLookup(find: Resolve = resolve): LookupFunction {
  return (hostname, options, callback) => {
    find(hostname, { all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0)
      const wanted = familyOf(options.family)
      const allowed = addresses.filter(
        ({ address, family }) => isPublic(address) && (wanted === 0 || wanted === family),
      )
      const [first] = allowed
      if (!first) return callback(notAllowed(), '', 0)
      if (options.all) return callback(null, allowed)
      callback(null, first.address, first.family)
    })
  }
}

/** Addresses written in the URL itself are never looked up. @throws AddressNotAllowed */
export function refuseLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isPublic(host)) throw notAllowed()
}

function familyOf(family: number | string | undefined): number {
  return Number(String(family ?? 0).replace('IPv', ''))
}

function notAllowed(): AddressNotAllowed {
  return new AddressNotAllowed('address not allowed: it is not one of the public internet')
}
