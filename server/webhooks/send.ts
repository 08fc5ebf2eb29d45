import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import {
  Agent as HttpsAgent,
  type AgentOptions as HttpsAgentOptions,
  request as httpsRequest,
} from 'node:https'
import { publicLookup, type Resolve, refuseLiteral } from './outbound.ts'
import { readRetryAfter } from './schedule.ts'

/** What became of an attempt. */
export interface Sent {
  /** Null where there was no answer. */
  status: number | null
  /** The first kilobyte of the reply. */
  body: string | null
  /** Why it failed, where the status alone does not say it. */
  error: string | null
  /** What the receiver asked for, in milliseconds; of 429 and 503 alone. */
  retryAfter: number | null
  /** What was captured instead of being sent, because it is of a sandbox. */
  captured?: { headers: Record<string, string>; body: string }
}

export type Send = (url: string, headers: Record<string, string>, body: string) => Promise<Sent>

/** In place of a receiver, for a sandbox: makes no connection, and takes everything. */
export const captureInstead: Send = async (_url, headers, body) => ({
  status: 200,
  body: 'captured',
  error: null,
  retryAfter: null,
  captured: { headers, body },
})

const keptBytes = 1_024
/** How long a connection waits for the next delivery, in milliseconds. Its address is looked at again after that. */
const keptFor = 4_000

/** Sends a body once, within a time, and reads no more of the reply than is kept. It follows no redirect. */
export function sender(options: {
  allowsPrivate: boolean
  /** For the whole of it, in milliseconds. */
  timeout: number
  now: () => number
  resolve?: Resolve
}): Send {
  const { allowsPrivate, timeout, now } = options
  const lookup = allowsPrivate ? {} : { lookup: publicLookup(options.resolve) }
  const kept = agentsOf({ ...lookup, keepAlive: true, timeout: keptFor })
  const fresh = agentsOf(lookup)
  return async (target, headers, body) => {
    const signal = AbortSignal.timeout(timeout)
    try {
      const url = new URL(target)
      if (!allowsPrivate) refuseLiteral(url)
      return await post(url, { headers, body, signal, agents: kept, now }).catch((error) => {
        if (!(error instanceof KeptConnectionClosed)) throw error
        return post(url, { headers, body, signal, agents: fresh, now })
      })
    } catch (error) {
      return { status: null, body: null, error: reasonOf(error, signal), retryAfter: null }
    }
  }
}

interface Agents {
  'http:': HttpAgent
  'https:': HttpsAgent
}

/** Agents of our own, so that a proxy of the environment is not used. */
function agentsOf(options: HttpsAgentOptions): Agents {
  return { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) }
}

interface Post {
  headers: Record<string, string>
  body: string
  signal: AbortSignal
  agents: Agents
  now: () => number
}

function post(url: URL, { headers, body, signal, agents, now }: Post): Promise<Sent> {
  const bytes = Buffer.from(body)
  const isHttps = url.protocol === 'https:'
  const options = {
    method: 'POST',
    headers: { ...headers, 'content-length': bytes.length },
    agent: isHttps ? agents['https:'] : agents['http:'],
    signal,
  }
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage) => {
      readSome(response).then((text) => {
        const status = response.statusCode ?? 0
        const isBusy = status === 429 || status === 503
        resolve({
          status,
          body: text,
          error: status >= 300 && status < 400 ? 'it answered with a redirect, which is not followed' : null,
          retryAfter: isBusy ? readRetryAfter(response.headers['retry-after'], now()) : null,
        })
      }, reject)
    }
    const request = isHttps ? httpsRequest(url, options, answered) : httpRequest(url, options, answered)
    request.on('error', (error) => {
      const isStale = request.reusedSocket && 'code' in error && closedCodes.has(String(error.code))
      reject(isStale ? new KeptConnectionClosed() : error)
    })
    request.end(bytes)
  })
}

/** The beginning of a body as text; the connection is dropped where there is more of it. */
function readSome(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const finish = () => {
      const bytes = Buffer.concat(chunks).subarray(0, keptBytes)
      // As a stream, so that a character that was cut in two is left out.
      const text = new TextDecoder().decode(bytes, { stream: true })
      resolve(text.replaceAll('\u0000', '\ufffd'))
    }
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length <= keptBytes) return
      finish()
      response.destroy()
    })
    response.on('end', finish)
    response.on('error', reject)
    response.on('close', () => {
      if (!response.complete) reject(new ConnectionClosed())
    })
  })
}

const closedCodes = new Set(['ECONNRESET', 'EPIPE'])

/** The other side may close a connection that waits at the very moment at which it is used again. */
class KeptConnectionClosed extends Error {}

class ConnectionClosed extends Error {
  readonly code = 'ECONNRESET'
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'name not found',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'timeout',
  ADDRESS_NOT_ALLOWED: 'address not allowed: it is not one of the public internet',
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'timeout'
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const known = words[code]
  if (known) return known
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_|EPROTO)/.test(code))
    return `TLS: ${code}`
  return `the request failed: ${code}`
}
