import ipaddr from 'ipaddr.js'

/**
 * An address or network in its one spelling, or null when it is none: IPv4 with four parts or IPv6, alone or
 * with a prefix length. A network is named by its first address, and one of IPv4 that is spelled as IPv6
 * (`::ffff:203.0.113.7`) is one of IPv4.
 */
export function normalAddress(text: string): string | null {
  const [address = '', bits, ...rest] = text.trim().split('/')
  const parsed = parse(address)
  if (!parsed || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return null
  const length = bits === undefined ? lengthOf(parsed) : Number(bits)
  if (length > lengthOf(parsed)) return null
  // A network of fewer bits than these holds more than what stands for IPv4.
  const isMapped = isIPv4Mapped(parsed) && length >= mappedBits
  return isMapped ? spelled(parsed.toIPv4Address(), length - mappedBits) : spelled(parsed, length)
}

/** Whether a request from this address may use a key with this list. Empty allows every address. */
export function isAllowed(allowed: readonly string[], from: string | null): boolean {
  if (allowed.length === 0) return true
  const parsed = parse(from ?? '')
  if (!parsed) return false
  const address = isIPv4Mapped(parsed) ? parsed.toIPv4Address() : parsed
  return allowed.some((entry) => {
    const [name = '', bits] = entry.split('/')
    const network = ipaddr.parse(name)
    if (network.kind() !== address.kind()) return false
    return address.match(network, bits === undefined ? lengthOf(network) : Number(bits))
  })
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

const mappedBits = 96

/** Octal, hexadecimal and shortened IPv4 are refused, because people read them differently; so are zones. */
function parse(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.parse(text)
  return ipaddr.IPv6.isValid(text) && !text.includes('%') ? ipaddr.parse(text) : null
}

function isIPv4Mapped(address: Address): address is ipaddr.IPv6 {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()
}

function lengthOf(address: Address): number {
  return address.toByteArray().length * 8
}

function spelled(address: Address, length: number): string {
  if (length === lengthOf(address)) return address.toString()
  const kind = address instanceof ipaddr.IPv6 ? ipaddr.IPv6 : ipaddr.IPv4
  return `${kind.networkAddressFromCIDR(`${address}/${length}`)}/${length}`
}
