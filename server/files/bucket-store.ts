import { createReadStream } from 'node:fs'
import * as http from 'node:http'
import * as https from 'node:https'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AwsV4Signer } from 'aws4fetch'
import { ApiError } from '../errors/api-error.ts'
import type { Bucket } from './bucket-url.ts'
import { type ByteRange, type Content, type ContentStore, keyOf } from './content-store.ts'
import { contentMissing, refused, unreachable } from './storage-errors.ts'

interface BucketRequest {
  method: 'PUT' | 'GET' | 'DELETE'
  contentId: string
  headers?: Record<string, string>
  /** What is sent. */
  content?: Content
}

interface Exchange {
  sent: http.ClientRequest
  response: http.IncomingMessage
}

/** Milliseconds without a byte in either direction after which the storage counts as gone. */
const silenceMs = 30_000

/**
 * Bytes in a bucket of an S3-compatible storage. The hash of the content is part of the signature, so the
 * storage keeps what was sent or refuses it.
 */
export function bucketStore(bucket: Bucket, options: { silenceMs?: number } = {}): ContentStore {
  const { request, Agent } = bucket.url.startsWith('https:') ? https : http
  const agent = new Agent({ keepAlive: true, maxSockets: 50 })

  async function send(asked: BucketRequest): Promise<Exchange> {
    try {
      return await attempt(asked)
    } catch (error) {
      // The storage had closed a connection that was kept for later: nothing of the request was read.
      if (error instanceof StaleConnection) return attempt(asked)
      throw error
    }
  }

  async function attempt({ method, contentId, content, headers = {} }: BucketRequest): Promise<Exchange> {
    const url = `${bucket.url}/${keyOf(contentId)}`
    const signed = await new AwsV4Signer({
      ...bucket,
      url,
      method,
      service: 's3',
      headers: { ...headers, ...(content ? { 'x-amz-content-sha256': content.sha256 } : {}) },
    }).sign()
    const sent = request(url, {
      method,
      agent,
      headers: {
        ...Object.fromEntries(signed.headers),
        ...(content ? { 'content-length': String(content.size) } : {}),
      },
    })
    endSilent(sent, options.silenceMs ?? silenceMs)
    const answered = responseTo(sent)
    if (!content) sent.end()
    // What goes wrong on the way shows in the answer, or in its absence; one that comes early is a refusal.
    else pipeline(createReadStream(content.path), sent).catch(() => {})
    return { sent, response: await answered }
  }

  return {
    async put(content) {
      const { sent, response } = await send({ method: 'PUT', contentId: content.contentId, content })
      try {
        await requireSuccess(response)
        await ended(response)
      } finally {
        // Of a request that was refused before all of it was read, the rest is not sent.
        if (!sent.writableFinished) sent.destroy()
      }
    },
    async open(contentId, range): Promise<Readable> {
      const headers: Record<string, string> = range ? { range: rangeHeader(range) } : {}
      const { response } = await send({ method: 'GET', contentId, headers })
      await requireSuccess(response, contentMissing)
      if (range && response.statusCode !== 206) {
        response.destroy()
        throw refused('it does not send parts')
      }
      return response
    },
    async remove(contentId) {
      const { response } = await send({ method: 'DELETE', contentId })
      if (response.statusCode !== 404) await requireSuccess(response)
      await ended(response)
    },
    close: () => agent.destroy(),
  }
}

class StaleConnection extends Error {}

/** Ends a request on whose connection nothing happens, unless it is our reader who holds it back. */
function endSilent(sent: http.ClientRequest, ms: number): void {
  let response: http.IncomingMessage | undefined
  sent.on('response', (given) => {
    response = given
  })
  sent.on('socket', (socket) => {
    const onSilence = () => {
      if (response && response.readableLength > 0) socket.setTimeout(ms)
      else sent.destroy(new Error('it said nothing for too long'))
    }
    // Once our reader goes on, the storage has all the time again.
    const onResume = () => socket.setTimeout(ms)
    socket.setTimeout(ms).on('timeout', onSilence).on('resume', onResume)
    sent.on('close', () => socket.setTimeout(0).off('timeout', onSilence).off('resume', onResume))
  })
}

function responseTo(sent: http.ClientRequest): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on('response', resolve)
    sent.on('error', (error: Error & { code?: string }) => {
      const isStale = sent.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '')
      reject(isStale ? new StaleConnection() : unreachable(error.code ?? error.message))
    })
  })
}

/** @throws ApiError for an answer that says no, or `onMissing` where there is a bucket and no such object. */
async function requireSuccess(response: http.IncomingMessage, onMissing?: () => ApiError): Promise<void> {
  const status = response.statusCode ?? 0
  if (status >= 200 && status < 300) return
  const code = await codeIn(response)
  if (onMissing && status === 404 && code !== 'NoSuchBucket') throw onMissing()
  const reason = code ? `${status} ${code}` : String(status)
  throw status >= 500 || status === 429 ? unreachable(reason) : refused(reason)
}

/** The word by which the storage says what is wrong, such as `NoSuchKey`. */
async function codeIn(response: http.IncomingMessage): Promise<string | undefined> {
  return /<Code>(\w{1,60})<\/Code>/.exec(await beginning(response))?.[1]
}

const longestExplanation = 16_384

async function beginning(response: http.IncomingMessage): Promise<string> {
  let text = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      text += chunk
      if (text.length > longestExplanation) break
    }
  } catch {
    // What it said until then has to do.
  }
  return text
}

async function ended(response: http.IncomingMessage): Promise<void> {
  try {
    for await (const _ of response);
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw unreachable('the answer broke off')
  }
}

function rangeHeader({ start, end }: ByteRange): string {
  return `bytes=${start}-${end}`
}
