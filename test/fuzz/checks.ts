import { holdsKey } from '../../server/api-keys/index.ts'
import type { ResponseChecker } from '../../server/reference/response-checker.ts'
import type { Meta } from '../api/client.ts'
import { idsIn } from './rows.ts'
import type { Hidden, Scene } from './scenes.ts'
import type { Exchange, Session, World } from './session.ts'

/** Says what an answer breaks, in sentences; empty when it holds. */
export type Check = (exchange: Exchange) => string[]

/**
 * What holds for every answer, whatever was asked. The last five are about the bounds of a caller: hidden ids,
 * use after deletion, wrong parents, leaks in errors, malformed ids.
 */
export function createChecks(
  { server, document }: World,
  { hidden }: Scene,
  { deleted, spread }: Session,
): Check {
  const places = [server.storage.directory, server.storage.url ?? server.storage.directory]
  const always: Record<string, Check> = {
    'an answer is never a 5xx': ({ status }) => (status >= 500 ? [`it is ${status}`] : []),
    'an answer is as the document says': (exchange) => asDocumented(document, exchange),
    'nothing that is hidden is shown': (exchange) => hiddenIn(exchange, hidden, spread),
    'hidden ids are refused': (exchange) => refused(exchange, 'theirs'),
    'a list counts what it shows': (exchange) => wrongCountIn(exchange),
    'an error tells nothing of the inside': (exchange) => leaksIn(exchange, places),
    'a malformed id is refused': (exchange) => refused(exchange, 'malformed'),
  }
  // The operations of a batch change for each other what there is.
  const alone: Record<string, Check> = {
    'a deleted record is not there': (exchange) => [
      ...(exchange.step.operation.path.endsWith('/restore') ? [] : refused(exchange, 'deleted')),
      ...deletedIn(exchange, deleted),
    ],
    'a record is reached through its own parent alone': (exchange) => refused(exchange, 'stranger'),
  }
  const problems = (checks: Record<string, Check>, exchange: Exchange) =>
    Object.entries(checks).flatMap(([name, check]) => check(exchange).map((problem) => `${name}: ${problem}`))
  return (exchange) => [
    ...problems({ ...always, ...alone }, exchange),
    ...exchange.inner.flatMap((inner) =>
      problems(always, inner).map((problem) => `in the batch, ${problem}`),
    ),
  ]
}

/** The entry of the change log that is newest: a read, and a write that was refused, leave it as it is. */
export function writtenIn(
  { step, status, isReplayed }: Exchange,
  { before, after }: { before: string; after: string },
): string[] {
  const mayWrite = step.operation.method !== 'GET' && status < 400 && !isReplayed
  return after === before || mayWrite
    ? []
    : ['nothing is written by a read or a refused write: the change log has grown']
}

function asDocumented(
  document: ResponseChecker,
  { method, path, status, headers, body }: Exchange,
): string[] {
  return document({ method, path: `/rest${path}`, status, headers, body })
}

/** In the bytes as they came, and in what a cursor in them holds. */
function hiddenIn(
  { text, path, sentBody, headers }: Exchange,
  hidden: Hidden,
  spread: ReadonlySet<string>,
): string[] {
  const plain = `${text} ${Array.from(headers.entries(), ([, value]) => value).join(' ')}`
  const answered = `${plain} ${cursorsIn(plain)}`
  const asked = `${decoded(path)} ${sentBody}`
  const sent = `${asked} ${cursorsIn(asked)}`.toLowerCase()
  const ids = [...idsIn(answered.toLowerCase())].filter(
    (id) => hidden.ids.has(id) && !spread.has(id) && !sent.includes(id),
  )
  const words = hidden.wordsIn(answered)
  return [
    ...ids.map((id) => `it holds the id ${id}`),
    ...new Set(words.map((word) => `it holds the word ${word}`)),
  ]
}

/** What the cursors of a text hold, in words. */
function cursorsIn(text: string): string {
  const found = text.matchAll(/cursor(?:"\s*:\s*"|=)([\w-]{20,})/g)
  return [...found].map(([, cursor = '']) => Buffer.from(cursor, 'base64url').toString('utf8')).join(' ')
}

/** A page that is the only one tells the number of all. */
function wrongCountIn({ step, status, body }: Exchange): string[] {
  if (!step.operation.isList || status >= 300) return []
  const { data, meta } = body as { data: unknown[]; meta?: Partial<Meta> }
  const isOnly = meta?.page_number === 1 && !meta.has_more && meta.total_count !== undefined
  return isOnly && meta.total_count !== data.length
    ? [`it counts ${meta.total_count} and shows ${data.length}`]
    : []
}

/** A path with such an id in it answers with a 4xx. */
function refused({ origins, status, path, isReplayed }: Exchange, origin: string): string[] {
  const hasSuch = Object.values(origins).includes(origin as never)
  const isAsked = origin === 'deleted' && path.includes('include_deleted')
  return hasSuch && status < 400 && !isReplayed && !isAsked ? [`it answers ${status}`] : []
}

function deletedIn(
  { step, status, path, body, isReplayed }: Exchange,
  deleted: ReadonlySet<string>,
): string[] {
  if (!step.operation.isList || status >= 300 || isReplayed || path.includes('include_deleted')) return []
  const { data } = body as { data: { id?: string }[] }
  return data.filter(({ id }) => id !== undefined && deleted.has(id)).map(({ id }) => `the list holds ${id}`)
}

const innards =
  /node_modules|\bat \S+ \(|\.ts:\d+|file:\/\/|sqlite|postgres|kysely|syntax error|constraint|violates|relation "|column "|account_id|undefined|\[object|\bselect .* from\b|insert into|update ".*" set|ECONN|TypeError|RangeError/i

function leaksIn({ status, text, path, sentBody }: Exchange, places: readonly string[]): string[] {
  if (holdsKey(text) || places.some((place) => text.includes(place)))
    return ['it holds a key or a place of the server']
  if (status < 400) return []
  const found = innards.exec(text)?.[0]
  const isOwn =
    found !== undefined && `${decoded(path)} ${sentBody}`.toLowerCase().includes(found.toLowerCase())
  return found === undefined || isOwn ? [] : [`it says "${found}"`]
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
