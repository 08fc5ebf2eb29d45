import type { Transaction } from 'kysely'
import { narrowedTo } from '../access/access.ts'
import { forbidden, requireNeed } from '../access/permits.ts'
import type { SightOf } from '../access/sight.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Files } from '../files/files.ts'
import type { SpooledFile } from '../files/spool.ts'
import type { Sending, Subscribing } from '../resource-layer/resource.ts'
import { type AccountWriter, accountStore, type Origin } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { parseId } from '../storage/ids.ts'
import type { Tables } from '../storage/tables.ts'
import { writeAccount } from '../storage/write.ts'
import { type Answer, answerOf } from './answer.ts'
import type { Caller } from './caller.ts'
import { requireMatch } from './etag.ts'
import { type Idempotency, idempotencyKeyOf, type Pending } from './idempotency.ts'
import { knownParameters } from './known-parameters.ts'
import { readFlag } from './list-query.ts'
import type { Call, InnerRequest, Operation, Reply } from './operation.ts'
import { type Form, parseQuery } from './rack-form.ts'
import { routeOf } from './router.ts'

/** A request for an operation, whichever way it came. */
export interface Incoming {
  operation: Operation
  caller: Caller | null
  requestId: string
  /** Where it came from. */
  origin: Origin
  /** With the query, without `/rest`. */
  url: string
  /** The values of the path as they were sent. */
  path: Readonly<Record<string, string>>
  query: Form
  body: Record<string, unknown>
  /** The files in the body. */
  uploads: readonly SpooledFile[]
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Collects the parameters that were sent and not used. */
  ignored: Set<string>
  /** The caller by the credential as it stands now; null when it is good no more. */
  renewedCaller(): Promise<Caller | null>
  /** Counts records of a body that is sent while it is made. */
  spendRecords(count: number): Promise<void>
  /** Counts further requests. @throws ApiError rate_limited */
  spendRequests(count: number): Promise<void>
  /** Of an operation of a batch: what stands for its own idempotency key. */
  keyPart?: string
  /** The transaction that it takes part in. */
  joined?: Joined
}

interface Joined {
  writer: AccountWriter
  afterwards: Set<() => void>
}

export interface RunParts {
  engine: Engine
  publicUrl(): string
  idempotency: Idempotency
  files: Pick<Files, 'sign' | 'open' | 'keep' | 'settle'>
  operations: readonly Operation[]
  sending: Sending
  subscribing: Subscribing
  sightOf: SightOf
}

export interface Outcome {
  answer: Answer
  /** Absent when an earlier answer is replayed, which counts as a request and not as records. */
  reply: Reply | null
}

/** As many names as an error tells; a body can hold many thousands. */
const mostNamed = 50

/** Runs an operation: right → idempotency → operation → answer. @throws ApiError */
export async function run(incoming: Incoming, parts: RunParts): Promise<Outcome> {
  const { operation, ignored, query } = incoming
  const caller = incoming.caller ?? unreachable()
  if (operation.access === 'admin' && !caller.isAdmin) {
    throw forbidden(`only an admin may ${operation.method === 'GET' ? 'read this' : 'change the set-up'}`)
  }
  if (operation.need) requireNeed(caller.access, operation.need)
  const begun = await beginKeyed(incoming, caller, parts.idempotency)
  if (begun && 'status' in begun) return { answer: begun, reply: null }
  try {
    const call = callOf(incoming, caller, begun, parts)
    ignoreUnknownQuery(operation, query, ignored)
    const reply = await operation.handle(call)
    if (isStrict(incoming)) refuseIgnored(ignored)
    const answer = answerOf(reply, ignored)
    await begun?.settle(answer)
    return { answer, reply }
  } catch (error) {
    await begun?.fail(error)
    throw error
  }
}

async function beginKeyed(
  { operation, headers, url, body, keyPart, joined }: Incoming,
  { accountId, actor }: Caller,
  idempotency: Idempotency,
): Promise<Pending | Answer | null> {
  if (operation.method === 'GET') return null
  const given = idempotencyKeyOf(headers['idempotency-key'])
  if (given !== null && joined) {
    throw new ApiError(
      'invalid_idempotency_key',
      'In an atomic batch the Idempotency-Key is that of the batch',
      {
        param: 'Idempotency-Key',
      },
    )
  }
  const sent = given ?? (joined ? null : keyPart) ?? null
  if (sent === null) return null
  // What one was answered is not for another, who may see less.
  const key = `${actor.id} ${sent}`
  return idempotency.begin({ accountId, key, method: operation.method, path: url, body })
}

function callOf(incoming: Incoming, caller: Caller, pending: Pending | null, parts: RunParts): Call {
  const { operation, query, body, ignored, headers, requestId, origin } = incoming
  const { engine, sending, subscribing, sightOf } = parts
  const sight = sightOf(caller.access)
  // What follows once the transaction is done. It may run again, so each is there once.
  const afterwards = incoming.joined?.afterwards ?? new Set<() => void>()
  const context = {
    timeZone: caller.settings.timeZone,
    origin: parts.publicUrl(),
    flags: flagsIn(operation, query),
    sign: parts.files.sign,
  }
  const inTransaction = async (work: (writer: AccountWriter) => Promise<Reply>): Promise<Reply> => {
    const checked = async (writer: AccountWriter) => {
      const reply = await work(writer)
      // Refused in here, so that nothing is written.
      if (isStrict(incoming)) refuseIgnored(ignored)
      return reply
    }
    if (incoming.joined) return checked(incoming.joined.writer)
    const by = { actor: caller.actor, requestId, origin, sight }
    const write = (work: WriteWork) => writeAccount(engine, caller.accountId, by, work)
    const reply = await withUploads(incoming.uploads, caller, parts.files, {
      rehearse: () => rehearse(write, checked),
      write: () =>
        write(async (writer, tx) => {
          const made = await checked(writer)
          await pending?.keep(tx, answerOf(made, ignored))
          return made
        }),
    })
    for (const task of afterwards) task()
    return reply
  }
  const store = incoming.joined?.writer ?? accountStore(engine.reader, caller.accountId, sight, engine)
  const read = { ...context, store }
  return {
    query,
    body,
    ignored,
    caller,
    files: parts.files,
    path: pathValues(operation, incoming.path),
    read,
    readBy: (right) => ({ ...read, store: store.seenBy(sightOf(narrowedTo(caller.access, right))) }),
    get writeSettings() {
      return {
        timeZone: caller.settings.timeZone,
        ownerId: caller.userId,
        ignored,
        sending: { ...sending, queued: () => void afterwards.add(sending.queued) },
        subscribing: { ...subscribing, queued: () => void afterwards.add(subscribing.queued) },
      }
    },
    isPart: incoming.joined !== undefined,
    write: (work) => inTransaction((writer) => work(writer, { ...context, store: writer })),
    requestId,
    header: (name) => [headers[name]].flat()[0],
    renewedRead: async () => {
      const renewed = await incoming.renewedCaller()
      return renewed && { ...read, store: store.seenBy(sightOf(renewed.access)) }
    },
    run: async (request, at) => {
      // Each is a transaction of its own, so what would be refused at the end is refused before the first.
      if (isStrict(incoming)) refuseIgnored(ignored)
      return run(innerOf(request, at, incoming, parts), parts)
    },
    together: (work) =>
      inTransaction((writer) =>
        work((request, at) =>
          run({ ...innerOf(request, at, incoming, parts), joined: { writer, afterwards } }, parts),
        ),
      ),
    spendRequests: incoming.spendRequests,
    spendRecords: incoming.spendRecords,
    requireMatch: (row) => requireMatch([headers['if-match']].flat().join(', ') || undefined, row),
  }
}

/** An operation of a batch, as if it had come alone. */
function innerOf(request: InnerRequest, at: number, outer: Incoming, { operations }: RunParts): Incoming {
  const [pathText = '', queryText = ''] = request.path.split(/\?(.*)/s)
  const { operation, path } = routeOf(operations, request.method, pathText)
  if (operation === outer.operation)
    throw new ApiError('invalid_field', 'A batch cannot hold a batch', { param: 'path' })
  if (operation.responses.some(({ mediaType }) => mediaType !== undefined))
    throw new ApiError('invalid_field', `${pathText} is streamed and cannot be part of a batch`, {
      param: 'path',
    })
  const outerKey = outer.headers['idempotency-key']
  return {
    operation,
    caller: outer.caller,
    requestId: outer.requestId,
    origin: outer.origin,
    url: request.path,
    path,
    query: parseQuery(queryText),
    body: request.body,
    uploads: [],
    headers: request.headers,
    ignored: new Set(),
    renewedCaller: outer.renewedCaller,
    spendRecords: outer.spendRecords,
    spendRequests: outer.spendRequests,
    // No client can send such a key. In a transaction the key of the batch is enough.
    ...(outerKey === undefined ? {} : { keyPart: `${outerKey}\n${at}` }),
  }
}

type WriteWork = (writer: AccountWriter, tx: Transaction<Tables>) => Promise<Reply>

/**
 * Runs a write that may take files. Their bytes are stored before it and outside of its transaction, once a
 * rehearsal has shown that the request is sound; those that no record takes are removed again.
 */
async function withUploads(
  uploads: readonly SpooledFile[],
  { accountId }: Caller,
  files: Pick<Files, 'keep' | 'settle'>,
  work: { rehearse(): Promise<void>; write(): Promise<Reply> },
): Promise<Reply> {
  if (uploads.length === 0) return work.write()
  await work.rehearse()
  await files.keep(accountId, uploads)
  try {
    return await work.write()
  } finally {
    await files.settle(accountId, uploads)
  }
}

/** Runs a write and undoes it, to see whether it would succeed. */
async function rehearse(
  write: (work: WriteWork) => Promise<Reply>,
  work: (writer: AccountWriter) => Promise<Reply>,
): Promise<void> {
  try {
    await write(async (writer) => {
      await work(writer)
      throw new Rehearsed()
    })
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error
  }
}

class Rehearsed extends Error {}

/** Operations without a caller do not ask for one. */
function unreachable(): never {
  throw new ApiError('invalid_access_token', 'Invalid Access Token')
}

function flagsIn(operation: Operation, query: Form): Set<string> {
  return new Set(knownParameters(operation).flags.filter((name) => readFlag(query, name)))
}

/** Ids are UUIDs; one that is not is a 400, whatever the path (`contract.md` §1). Other parts are texts. */
function pathValues(operation: Operation, given: Readonly<Record<string, string>>): Record<string, string> {
  const values: Record<string, string> = {}
  for (const { name, isId } of knownParameters(operation).path) {
    const text = given[name] ?? ''
    const value = isId ? parseId(text) : text
    if (value === null) {
      throw new ApiError('invalid_id', `${name} is not a valid id: it must be a UUID`, { param: name })
    }
    values[name] = value
  }
  return values
}

function ignoreUnknownQuery(operation: Operation, query: Form, ignored: Set<string>): void {
  const { query: known } = knownParameters(operation)
  if (known === null) return
  for (const name in query) if (!known.has(name)) ignored.add(name)
}

function isStrict({ headers }: Incoming): boolean {
  return [headers.prefer].flat().some((value) => /(^|[,;\s])handling\s*=\s*"?strict"?/i.test(value ?? ''))
}

function refuseIgnored(ignored: ReadonlySet<string>): void {
  const [first] = ignored
  if (first === undefined) return
  const problems = [...ignored].slice(0, mostNamed).map((param) => ({
    code: 'unknown_parameter' as const,
    param,
    message: `${param} is not known here or cannot be written`,
  }))
  throw new ApiError('unknown_parameter', problems.map(({ message }) => message).join(', '), { problems })
}
