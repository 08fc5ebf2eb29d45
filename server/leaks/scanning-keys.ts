import { createPublicKey, type KeyObject } from 'node:crypto'
import { get as httpGet } from 'node:http'
import { get as httpsGet } from 'node:https'
import { ApiError } from '../errors/api-error.ts'
import { publicLookup, refuseLiteral } from '../webhooks/outbound.ts'

/** The public keys that a secret scanner signs its reports with. */
export interface ScanningKeys {
  /**
   * The key of that id, or null. An id that is not known yet may be of a key that is new, so the list is fetched
   * again, but not more often than once a minute.
   * @throws ApiError unavailable, when the list cannot be fetched and none is known
   */
  find(id: string): Promise<KeyObject | null>
}

export interface ScanningKeysOptions {
  url: string
  /** Whether the list may come from a private address, or by plain http. */
  allowsPrivate: boolean
  userAgent: string
  now?: () => number
}

const keptMs = 60 * 60 * 1_000
const leastBetweenMs = 60 * 1_000
const timeoutMs = 10_000
const largestList = 65_536

export function createScanningKeys(options: ScanningKeysOptions): ScanningKeys {
  const { now = Date.now } = options
  let keys: ReadonlyMap<string, KeyObject> | null = null
  let fetchedAt = 0
  let triedAt = 0
  let fetching: Promise<void> | null = null

  async function renew(): Promise<void> {
    triedAt = now()
    keys = keysIn(await read(options))
    fetchedAt = now()
  }

  return {
    async find(id) {
      const isFresh = keys?.has(id) && now() - fetchedAt < keptMs
      if (!isFresh && (triedAt === 0 || now() - triedAt >= leastBetweenMs)) {
        fetching ??= renew().finally(() => {
          fetching = null
        })
        // A key that was known an hour ago is good until its list can be read again.
        await fetching.catch((error: Error) => {
          if (!keys) throw unavailable(error)
        })
      }
      if (!keys) throw unavailable()
      return keys.get(id) ?? null
    },
  }
}

function unavailable(cause?: Error): ApiError {
  const error = new ApiError(
    'unavailable',
    'The keys of the secret scanner cannot be read; try again shortly',
    {
      headers: { 'retry-after': '60' },
    },
  )
  error.cause = cause
  return error
}

function keysIn(text: string): Map<string, KeyObject> {
  const { public_keys: listed } = JSON.parse(text) as {
    public_keys: { key_identifier: string; key: string }[]
  }
  return new Map(listed.map((one) => [one.key_identifier, createPublicKey(one.key)]))
}

/** The list, by the connections that webhooks are sent over: to public addresses alone, redirects not followed. */
function read({ url: address, allowsPrivate, userAgent }: ScanningKeysOptions): Promise<string> {
  const url = new URL(address)
  if (!allowsPrivate) refuseLiteral(url)
  const get = url.protocol === 'https:' ? httpsGet : httpGet
  const headers = { accept: 'application/json', 'user-agent': userAgent }
  const lookup = allowsPrivate ? {} : { lookup: publicLookup() }
  return new Promise((resolve, reject) => {
    const options = { headers, agent: false as const, signal: AbortSignal.timeout(timeoutMs), ...lookup }
    const request = get(url, options, (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('error', reject)
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > largestList) response.destroy(new Error('the list of keys is too long'))
        else chunks.push(chunk)
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'))
        else reject(new Error(`the list of keys was answered with ${response.statusCode}`))
      })
    })
    request.on('error', reject)
  })
}
