import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { holdsKey } from '../api-keys/index.ts'

const wellFormed = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/

/** The id of a request: taken over from a well-formed `X-Request-Id`, else a new one. Never a key. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && wellFormed.test(given) && !holdsKey(given) ? given : randomUUID()
}
