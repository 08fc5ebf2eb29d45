import type { Transaction } from 'kysely'
import type { Engine } from '../storage/engine.ts'
import { newId } from '../storage/ids.ts'
import { markBy } from '../storage/outcome.ts'
import type { Tables } from '../storage/tables.ts'
import type { Answer } from './answer.ts'

/** Seals the answers that hold a secret. */
export interface Sealing {
  sealingKeyId: string
  seal(text: string, context: string): string
  /** @throws when it was sealed with another secret or context. */
  open(sealed: string, context: string): string
}

/** How long an answer is kept (`contract.md` §1). */
export const keptMs = 24 * 3_600_000
/** How long a running request holds its key. Longer than any request takes; only a crash lets it run out. */
export const leaseMs = 60_000
/** Bytes of the largest answer that is kept. */
export const largestKept = 1_048_576

/** Whose key, and for which request. */
export interface KeyedRequest {
  accountId: string
  key: string
  /** Equal for equal requests. */
  requestHash: string
}

/** The right to perform a keyed request. */
export interface Claim extends KeyedRequest {
  id: string
}

/** What was answered; `text` is null with `isTooLarge` when there was more of it than is kept. */
export interface Kept extends Answer {
  isTooLarge: boolean
}

export type Claimed =
  | { kind: 'mine'; claim: Claim }
  | { kind: 'answered'; answer: Kept }
  | { kind: 'running' }
  | { kind: 'other_request' }

/**
 * Takes the key for a request, or tells why not. The row is there before any work begins. A key whose claim
 * ran out without an answer is free again: its write did not commit, because the answer is written with it.
 */
export function claim(
  engine: Engine,
  request: KeyedRequest,
  { now, sealing }: { now: number; sealing: Sealing },
): Promise<Claimed> {
  const { accountId, key, requestHash } = request
  const mine: Claim = { accountId, key, requestHash, id: newId() }
  const claimed = {
    request_hash: requestHash,
    claim_id: mine.id,
    claimed_until: now + leaseMs,
    expires_at: now + keptMs,
    status: null,
    headers: null,
    body: null,
    sealing_key_id: null,
  }
  const row = { account_id: accountId, idempotency_key: key, ...claimed }
  return engine.transaction(async (tx): Promise<Claimed> => {
    markBy(tx, { table: 'idempotency_keys', row, key: ['account_id', 'idempotency_key'], own: 'claim_id' })
    // Not looked for first: what reads where all others insert would conflict with each of them.
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('idempotency_keys')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    if (numInsertedOrUpdatedRows === 1n) return { kind: 'mine', claim: mine }
    const known = await tx
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('idempotency_key', '=', key)
      .executeTakeFirst()
    if (!known) return { kind: 'running' }
    if (known.expires_at > now) {
      if (known.request_hash !== requestHash) return { kind: 'other_request' }
      if (known.status !== null) return { kind: 'answered', answer: answerIn(known, known.status, sealing) }
      if (known.claimed_until > now) return { kind: 'running' }
    }
    await tx
      .updateTable('idempotency_keys')
      .set(claimed)
      .where('account_id', '=', accountId)
      .where('idempotency_key', '=', key)
      .execute()
    return { kind: 'mine', claim: mine }
  }, accountId)
}

/**
 * Keeps the answer under the key, in the transaction of the write that it tells of.
 * @returns false when the claim ran out and another request has taken the key: the write must not commit.
 */
export async function keepAnswer(
  tx: Transaction<Tables>,
  { accountId, key, id }: Claim,
  answer: Answer,
  options: { sealing: Sealing; unlessKept?: true },
): Promise<boolean> {
  const { sealing } = options
  const isTooLarge = answer.text !== null && Buffer.byteLength(answer.text) > largestKept
  const isSealed = answer.holdsSecret === true && answer.text !== null && !isTooLarge
  const text = isSealed ? sealing.seal(answer.text ?? '', sealingContext(accountId, key)) : answer.text
  let update = tx
    .updateTable('idempotency_keys')
    .set({
      status: answer.status,
      headers: JSON.stringify({ ...answer.headers, ...(isTooLarge ? { [tooLarge]: 'true' } : {}) }),
      body: isTooLarge ? null : text,
      sealing_key_id: isSealed ? sealing.sealingKeyId : null,
    })
    .where('account_id', '=', accountId)
    .where('idempotency_key', '=', key)
    .where('claim_id', '=', id)
  if (options.unlessKept) update = update.where('status', 'is', null)
  const result = await update.executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Gives an unused key back: nothing was written, and the same request may come again. */
export async function release(engine: Engine, { accountId, key, id }: Claim): Promise<void> {
  await engine.transaction(
    (tx) =>
      tx
        .deleteFrom('idempotency_keys')
        .where('account_id', '=', accountId)
        .where('idempotency_key', '=', key)
        .where('claim_id', '=', id)
        .where('status', 'is', null)
        .execute(),
    accountId,
  )
}

/**
 * Gives back the keys whose requests a crash cut off, before this process serves any: only where no other can be
 * running them. Their writes did not commit, so the same requests need not wait for the claims to run out.
 */
export async function releaseCutOff(engine: Engine, now: number): Promise<void> {
  if (engine.isShared) return
  const accounts = await engine.reader.selectFrom('account_settings').select('account_id').execute()
  for (const { account_id } of accounts) {
    const cutOff = await engine.reader
      .selectFrom('idempotency_keys')
      .select('claim_id')
      .where('account_id', '=', account_id)
      // Those that are still held; both times follow from when they were taken, and this one has an index.
      .where('expires_at', '>', now + keptMs - leaseMs)
      .where('status', 'is', null)
      .execute()
    for (const { claim_id } of cutOff) {
      await engine.transaction((tx) =>
        tx
          .deleteFrom('idempotency_keys')
          .where('account_id', '=', account_id)
          .where('claim_id', '=', claim_id)
          .where('expires_at', '>', now + keptMs - leaseMs)
          .execute(),
      )
    }
  }
}

/** Deletes what is no longer kept, one account after the other. */
export async function sweep(engine: Engine, now: number): Promise<void> {
  const accounts = await engine.reader.selectFrom('account_settings').select('account_id').execute()
  for (const { account_id } of accounts) {
    const expired = await engine.reader
      .selectFrom('idempotency_keys')
      .select('idempotency_key')
      .where('account_id', '=', account_id)
      .where('expires_at', '<=', now)
      .limit(1)
      .executeTakeFirst()
    if (!expired) continue
    await engine.transaction(
      (tx) =>
        tx
          .deleteFrom('idempotency_keys')
          .where('account_id', '=', account_id)
          .where('expires_at', '<=', now)
          .execute(),
      account_id,
    )
  }
}

/** Stands among the kept headers of an answer whose body was not kept. No header has such a name. */
const tooLarge = ' too large'

function answerIn(row: Tables['idempotency_keys'], status: number, sealing: Sealing): Kept {
  const { [tooLarge]: mark, ...headers } = JSON.parse(row.headers ?? '{}') as Record<string, string>
  if (row.body === null || row.sealing_key_id === null) {
    return { status, headers, text: row.body, isTooLarge: mark !== undefined }
  }
  const text = opened(row, sealing)
  return { status, headers, text, isTooLarge: text === null, holdsSecret: true }
}

/** Null when the installation has another secret by now. */
function opened(row: Tables['idempotency_keys'], sealing: Sealing): string | null {
  try {
    return sealing.open(row.body ?? '', sealingContext(row.account_id, row.idempotency_key))
  } catch {
    return null
  }
}

function sealingContext(accountId: string, key: string): string {
  return `answer ${accountId} ${key}`
}
