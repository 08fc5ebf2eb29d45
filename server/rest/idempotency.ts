import { createHash } from 'node:crypto'
import type { Transaction } from 'kysely'
import { ApiError, type Problem } from '../errors/api-error.ts'
import type { ErrorCode } from '../errors/error-codes.ts'
import type { Engine } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'
import type { Answer } from './answer.ts'
import {
  type Claim,
  claim,
  type Kept,
  keepAnswer,
  release,
  releaseCutOff,
  type Sealing,
  sweep,
} from './idempotency-claims.ts'

/** Makes a write with an `Idempotency-Key` happen once, however often it is sent (`contract.md` §1). */
export interface Idempotency {
  /**
   * Takes the key, or gives the answer that the first request had.
   * @throws ApiError idempotency_key_reused, idempotency_in_progress, or the error that was answered then.
   */
  begin(request: KeyedWrite): Promise<Pending | Answer>
  /** Gives back what a crash has left, and begins to delete expired answers in the background. It never rejects. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface KeyedWrite {
  accountId: string
  key: string
  method: string
  /** With the query, without `/rest`. */
  path: string
  body: unknown
}

/** A keyed write that runs. */
export interface Pending {
  /**
   * Keeps the answer in the transaction of the write, so that both are there or neither is.
   * @throws ApiError idempotency_in_progress when another request has taken the key over meanwhile.
   */
  keep(tx: Transaction<Tables>, answer: Answer): Promise<void>
  /** Keeps an answer to which nothing was written, unless it was kept already. */
  settle(answer: Answer): Promise<void>
  /** Keeps an error that would be the same again, and gives the key back for any other. */
  fail(error: unknown): Promise<void>
}

/** The part of a logger that is needed here. */
interface Log {
  error(details: object, message: string): void
}

export interface IdempotencyOptions {
  log: Log
  sealing: Sealing
  /** Milliseconds since 1970. */
  now?: () => number
}

const sweepEveryMs = 600_000

export function createIdempotency(
  engine: Engine,
  { log, sealing, now = Date.now }: IdempotencyOptions,
): Idempotency {
  let timer: NodeJS.Timeout | undefined
  let sweeping = Promise.resolve()
  const sweepNext = () => {
    sweeping = sweeping
      .then(() => sweep(engine, now()))
      .catch((error) =>
        log.error({ err: error }, 'Expired idempotency keys could not be deleted; it is tried again.'),
      )
    return sweeping
  }
  return {
    async begin({ accountId, key, ...request }) {
      const keyed = { accountId, key, requestHash: hashOf(request) }
      const claimed = await claim(engine, keyed, { now: now(), sealing })
      if (claimed.kind === 'mine') return pending(engine, claimed.claim, { log, sealing })
      if (claimed.kind === 'answered') return replayed(claimed.answer)
      if (claimed.kind === 'running') throw inProgress()
      throw new ApiError(
        'idempotency_key_reused',
        'This Idempotency-Key was used for another request; a new request needs a new key',
      )
    },
    async start() {
      if (timer) return
      timer = setInterval(sweepNext, sweepEveryMs).unref()
      await releaseCutOff(engine, now()).catch((error) =>
        log.error(
          { err: error },
          'The idempotency keys of requests that a crash cut off could not be given back.',
        ),
      )
      sweepNext()
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      await sweeping
    },
  }
}

/**
 * The key of a request, or null without one.
 * @throws ApiError invalid_idempotency_key
 */
export function idempotencyKeyOf(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null
  if (typeof header === 'string' && /^[\x20-\x7e]{1,255}$/.test(header)) return header
  throw new ApiError(
    'invalid_idempotency_key',
    'Idempotency-Key must be 1 to 255 printable ASCII characters, such as a UUID',
    { param: 'Idempotency-Key' },
  )
}

function pending(
  engine: Engine,
  claim: Claim,
  { log, sealing }: Pick<IdempotencyOptions, 'log' | 'sealing'>,
): Pending {
  let isKept = false
  const keep = async (tx: Transaction<Tables>, answer: Answer) => {
    if (!(await keepAnswer(tx, claim, answer, { sealing }))) throw inProgress()
    isKept = true
  }
  return {
    keep,
    async settle(answer) {
      if (!isKept) await engine.transaction((tx) => keep(tx, answer), claim.accountId)
    },
    async fail(error) {
      try {
        if (error instanceof ApiError && wouldBeTheSame(error)) {
          const answer = errorAnswer(error)
          await engine.transaction(
            (tx) => keepAnswer(tx, claim, answer, { sealing, unlessKept: true }),
            claim.accountId,
          )
        } else await release(engine, claim)
      } catch (cause) {
        // The claim runs out by itself; the client is told of the first error.
        log.error(
          { err: cause, account: claim.accountId },
          'An idempotency key could not be given back; it is free in a minute.',
        )
      }
    },
  }
}

/** The fields are hashed as they were understood: two encodings of one form are one request. */
function hashOf({ method, path, body }: Omit<KeyedWrite, 'accountId' | 'key'>): string {
  return createHash('sha256')
    .update(JSON.stringify([method, path, body]))
    .digest('base64url')
}

/**
 * Errors that say nothing of the request itself leave the key free, so that the request can be sent again:
 * a missing right, a moved ETag, a used-up budget, a conflict of the moment, a fault of the server.
 */
function wouldBeTheSame(error: ApiError): boolean {
  if (error.status >= 500 || [401, 403, 408, 412, 429].includes(error.status)) return false
  return !['write_conflict', 'idempotency_in_progress'].includes(error.code)
}

interface KeptError {
  code: ErrorCode
  message: string
  problems: Problem[]
}

/** Without the request id, which each answer has of its own. */
function errorAnswer({ status, headers, code, message, problems }: ApiError): Answer {
  const kept: KeptError = { code, message, problems }
  return { status, headers, text: JSON.stringify(kept) }
}

const mark = { 'idempotent-replayed': 'true' }

function replayed(kept: Kept): Answer {
  const headers = { ...kept.headers, ...mark }
  if (kept.isTooLarge) {
    throw new ApiError(
      'idempotency_answer_not_kept',
      `This request was performed and answered ${kept.status}, with more than is kept; read the record instead`,
      { headers: kept.headers.location ? { ...mark, location: kept.headers.location } : mark },
    )
  }
  if (kept.status < 400) return { status: kept.status, headers, text: kept.text }
  const { code, message, problems } = JSON.parse(kept.text ?? '{}') as KeptError
  throw new ApiError(code, message, { problems, headers })
}

function inProgress(): ApiError {
  return new ApiError(
    'idempotency_in_progress',
    'A request with this Idempotency-Key is still running; send it again in a moment to get its answer',
    { headers: { 'retry-after': '1' } },
  )
}
