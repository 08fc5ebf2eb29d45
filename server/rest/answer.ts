import { etagOf } from './etag.ts'
import type { Reply } from './operation.ts'

/** A reply as it goes over the wire, apart from what belongs to the one request: its id and its budgets. */
export interface Answer {
  status: number
  headers: Record<string, string>
  /** JSON, or null when there is no body. */
  text: string | null
  /** It holds a secret, and is kept sealed. */
  holdsSecret?: boolean
}

/** @param ignored the parameters that were sent and not used. */
export function answerOf(reply: Reply, ignored: ReadonlySet<string>): Answer {
  const headers: Record<string, string> = { ...reply.headers }
  if (ignored.size > 0) headers['x-ignored-params'] = headerList(ignored)
  if (reply.body === undefined) return { status: reply.status, headers, text: null }
  const text = JSON.stringify(reply.body)
  headers.etag = etagOf(text, reply.version)
  headers['cache-control'] = reply.holdsSecret ? 'no-store' : 'private, no-cache'
  headers['content-type'] = 'application/json; charset=utf-8'
  return { status: reply.status, headers, text, ...(reply.holdsSecret ? { holdsSecret: true } : {}) }
}

/** Names as a header can carry them. */
function headerList(names: ReadonlySet<string>): string {
  return [...names]
    .map((name) => encodeURIComponent(name.toWellFormed()).replaceAll('%5B', '[').replaceAll('%5D', ']'))
    .join(', ')
    .slice(0, 4_000)
}
