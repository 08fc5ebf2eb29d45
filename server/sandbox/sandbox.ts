import type { Transaction } from 'kysely'
import { iso, writerFor } from '../accounts/memberships.ts'
import { requireStillAdmin } from '../accounts/people.ts'
import { mirrorPermissions, nameOfSandbox } from '../accounts/sandbox-people.ts'
import type { Session } from '../accounts/session.ts'
import { alignUsers } from '../accounts/users.ts'
import { enableAccess } from '../api-keys/index.ts'
import { type Origin, recordAudit } from '../audit/audit.ts'
import type { AuditAction } from '../audit/audit-actions.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Files } from '../files/files.ts'
import type { Resource } from '../resource-layer/resource.ts'
import type { Secrets } from '../secrets.ts'
import { type AccountWriter, accountStore } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { newId } from '../storage/ids.ts'
import { recount } from '../storage/record-counts.ts'
import { liveAccountOf, sandboxOf } from '../storage/sandboxes.ts'
import type { Tables } from '../storage/tables.ts'
import { clear } from './clear.ts'
import { copySetUp } from './set-up.ts'

/** What a sandbox begins with: a copy of the live account's set-up, demo data, or nothing. */
export const fillings = ['set_up', 'demo', 'empty'] as const
export type Filling = (typeof fillings)[number]

export interface SandboxParts {
  engine: Engine
  secrets: Secrets
  resources: readonly Resource[]
  files: Pick<Files, 'spool' | 'keep'>
  log: { error(details: object, message: string): void }
}

/** Who asks for it, in the live account or in the sandbox. */
export interface SandboxAct {
  by: Session
  origin: Origin
}

/** Far longer than filling takes; after that whoever did it is dead. */
const fillingMs = 5 * 60_000
/** Enough to try things with, and there within seconds. */
const demo = { seed: 1, tasks: 150 }

/**
 * Makes the sandbox of a live account: its people, its settings, a key, and what it is filled with.
 * @throws ApiError refused_in_sandbox, sandbox_exists, admin_required, sandbox_not_filled
 */
export async function createSandbox(parts: SandboxParts, act: SandboxAct, fill: Filling): Promise<void> {
  const { engine } = parts
  const { by, origin } = act
  const accountId = newId()
  await engine.transaction(async (tx) => {
    await requireStillAdmin(tx, by)
    if (await liveAccountOf(tx, by.accountId))
      throw new ApiError('refused_in_sandbox', 'A sandbox has no sandbox of its own.')
    if (await sandboxOf(tx, by.accountId))
      throw new ApiError('sandbox_exists', 'This account has its sandbox already.')
    const at = Date.now()
    await addAccount(tx, { accountId, live: by, at })
    const live = writerFor(tx, by.accountId, by.userId, origin, at)
    const sandbox = writerFor(tx, accountId, by.userId, origin, at)
    await alignUsers(tx, live)
    await mirrorPermissions(tx, live)
    if (fill === 'set_up') await copySetUp(live, sandbox, parts.resources)
    await begin(tx, accountId, { filled_with: fill === 'demo' ? 'empty' : fill })
    await note([live, sandbox], act, 'sandbox.created', { sandboxId: accountId, fill })
    await recount(tx, accountId, namesOfLogged(parts.resources))
  })
  try {
    const asAdmin = { ...by, accountId, accountName: nameOfSandbox(by.accountName) }
    // Whoever would be told of the key is in the company, which has just got it a sandbox.
    await enableAccess({ ...parts, announce: async () => {} }, { by: asAdmin, origin })
    if (fill === 'demo') await fillWithDemo(parts, accountId, by.userId)
  } finally {
    await engine.transaction((tx) => end(tx, accountId))
  }
}

/**
 * Empties a sandbox and fills it anew, while its keys go on working. Until the old data is gone and the new
 * set-up is there, everybody sees the old data; demo data follows in pieces.
 * @throws ApiError not_found, sandbox_busy, admin_required, sandbox_not_filled
 */
export async function resetSandbox(parts: SandboxParts, act: SandboxAct, fill: Filling): Promise<void> {
  const { engine } = parts
  const { by, origin } = act
  const { accountId, liveId } = await claim(engine, act)
  try {
    await engine.transaction(async (tx) => {
      const at = Date.now()
      const live = writerFor(tx, liveId, by.userId, origin, at)
      const sandbox = writerFor(tx, accountId, by.userId, origin, at)
      await clear(tx, sandbox)
      if (fill === 'set_up') await copySetUp(live, sandbox, parts.resources)
      await begin(tx, accountId, { filled_with: fill === 'demo' ? 'empty' : fill, reset_at: at })
      await note([live, sandbox], act, 'sandbox.reset', { sandboxId: accountId, fill })
      await recount(tx, accountId, namesOfLogged(parts.resources))
    })
    if (fill === 'demo') await fillWithDemo(parts, accountId, by.userId)
  } finally {
    await engine.transaction((tx) => end(tx, accountId))
  }
}

/** Of two that reset at once one gets it. @throws ApiError not_found, sandbox_busy, admin_required */
function claim(engine: Engine, { by }: SandboxAct): Promise<{ accountId: string; liveId: string }> {
  return engine.transaction(async (tx) => {
    await requireStillAdmin(tx, by)
    const liveId = (await liveAccountOf(tx, by.accountId))?.id ?? by.accountId
    const sandbox = await sandboxOf(tx, liveId)
    if (!sandbox) throw noSandbox()
    if (sandbox.filling_until !== null && sandbox.filling_until > Date.now())
      throw new ApiError(
        'sandbox_busy',
        'The sandbox is being filled at this moment. Wait until that is done.',
      )
    await begin(tx, sandbox.account_id, {})
    return { accountId: sandbox.account_id, liveId }
  })
}

export function noSandbox(): ApiError {
  return new ApiError('not_found', 'This account has no sandbox yet.')
}

async function addAccount(
  tx: Transaction<Tables>,
  { accountId, live, at }: { accountId: string; live: Session; at: number },
): Promise<void> {
  const { name } = await tx
    .selectFrom('accounts')
    .select('name')
    .where('id', '=', live.accountId)
    .executeTakeFirstOrThrow()
  const settings = await tx
    .selectFrom('account_settings')
    .selectAll()
    .where('account_id', '=', live.accountId)
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('accounts')
    .values({ id: accountId, name: nameOfSandbox(name), slug: accountId, created_at: iso(at) })
    .execute()
  await tx
    .insertInto('account_settings')
    .values({ ...settings, account_id: accountId, updated_at: at })
    .execute()
  await tx
    .insertInto('sandboxes')
    .values({
      account_id: accountId,
      live_account_id: live.accountId,
      created_at: at,
      created_by: live.userId,
      reset_at: null,
      filled_with: 'empty',
      filling_until: null,
    })
    .execute()
}

/** From here on it is being filled, until `end` or for so long. */
function begin(tx: Transaction<Tables>, accountId: string, set: Partial<Tables['sandboxes']>) {
  return change(tx, accountId, { ...set, filling_until: Date.now() + fillingMs })
}

function end(tx: Transaction<Tables>, accountId: string, set: Partial<Tables['sandboxes']> = {}) {
  return change(tx, accountId, { ...set, filling_until: null })
}

async function change(
  tx: Transaction<Tables>,
  accountId: string,
  set: Partial<Tables['sandboxes']>,
): Promise<void> {
  await tx.updateTable('sandboxes').set(set).where('account_id', '=', accountId).execute()
}

/** In pieces, because one transaction of some seconds would keep everybody else on the server waiting. */
async function fillWithDemo(parts: SandboxParts, accountId: string, adminId: string): Promise<void> {
  const { engine, files, log, resources } = parts
  const store = accountStore(engine.reader, accountId)
  const { time_zone } = await store.from('account_settings').select('time_zone').executeTakeFirstOrThrow()
  const users = await store
    .from('users')
    .select('id')
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .execute()
  const others = users.map(({ id }) => String(id)).filter((id) => id !== adminId)
  const target = { accountId, timeZone: String(time_zone), team: [adminId, ...others] }
  const today = new Date().toISOString().slice(0, 10)
  try {
    // The words and names that it is made of are needed this once.
    const { fillAccount } = await import('../demo/company.ts')
    await fillAccount({ engine, files, ...demo, ...target, today })
    await engine.transaction((tx) => end(tx, accountId, { filled_with: 'demo' }))
  } catch (error) {
    log.error({ err: error, account: accountId }, 'A sandbox could not be filled with demo data')
    await engine.transaction(async (tx) => {
      const origin = { address: null, userAgent: null, requestId: null }
      await clear(tx, writerFor(tx, accountId, null, origin, Date.now()))
      await recount(tx, accountId, namesOfLogged(resources))
      await end(tx, accountId)
    })
    throw new ApiError(
      'sandbox_not_filled',
      'The demo data could not be written, and the sandbox is empty now. Reset it again.',
    )
  }
}

/** A copy is written past the change log, by which the others are counted. */
function namesOfLogged(resources: readonly Resource[]): string[] {
  return resources.filter(({ isLogged }) => isLogged).map(({ name }) => name)
}

/** Both accounts tell of it. */
async function note(
  writers: readonly AccountWriter[],
  { by, origin }: SandboxAct,
  action: AuditAction,
  { sandboxId, fill }: { sandboxId: string; fill: Filling },
): Promise<void> {
  for (const writer of writers)
    await recordAudit(writer, {
      action,
      userId: by.userId,
      subject: sandboxId,
      details: { filled_with: fill },
      origin,
    })
}
