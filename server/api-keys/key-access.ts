import type { Transaction } from 'kysely'
import { recordAudit } from '../audit/audit.ts'
import { accountStore } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'
import { writeAccount } from '../storage/write.ts'
import type { KeyContext } from './key.acts.ts'
import { existingKey, readKeys } from './key.reading.ts'
import type { ApiKey } from './key.ts'

/** The keys of an account, as an operator sees them who knows no account by its id. */
export interface KeysOfAccount {
  accountId: string
  accountName: string
  keys: ApiKey[]
}

export async function readEveryKey({ reader }: Pick<Engine, 'reader'>): Promise<KeysOfAccount[]> {
  const accounts = await reader.selectFrom('accounts').select(['id', 'name']).orderBy('name').execute()
  return Promise.all(
    accounts.map(async ({ id, name }) => ({
      accountId: id,
      accountName: name,
      keys: await readKeys(accountStore(reader, id)),
    })),
  )
}

export interface LockOut {
  accountId: string
  keyId: string
  /** Forget its list of addresses, so that it may be used from everywhere. */
  fromAnywhere: boolean
  /** Switch it on again. */
  enable: boolean
}

/**
 * Undoes what locked an integration or the admins themselves out. The audit log says that Latchkey itself did
 * it, from the command line, and the admins are mailed as they are when one of them enables a key.
 */
export function undoLockOut(
  { engine, announce }: Pick<KeyContext, 'announce'> & { engine: Pick<Engine, 'transaction'> },
  { accountId, keyId, fromAnywhere, enable }: LockOut,
): Promise<void> {
  const context = { actor: { kind: 'system' as const, id: null }, requestId: null }
  return writeAccount(engine, accountId, context, async (writer, tx) => {
    const key = await existingKey(writer, { id: keyId })
    const act = {
      userId: null,
      subject: key.id,
      origin: { address: null, userAgent: 'latchkey key-access', requestId: null },
    }
    const which = { name: key.name, last_four: key.lastFour }
    const allowed = key.limits.allowedAddresses
    if (fromAnywhere && allowed.length > 0) {
      await writer.update('api_keys', { id: key.id }, { allowed_addresses: '[]' })
      const previous = { allowed_addresses: '[]', previous_allowed_addresses: JSON.stringify(allowed) }
      await recordAudit(writer, { ...act, action: 'api_key.changed', details: { ...which, ...previous } })
    }
    if (enable && key.disabledAt !== null) {
      await writer.update('api_keys', { id: key.id }, { disabled_at: null })
      await recordAudit(writer, { ...act, action: 'api_key.resumed', details: which })
      const by = { name: operator, email: null, accountName: await nameOf(tx, accountId) }
      await announce(tx, writer, { action: 'resumed', key, by, origin: act.origin })
    }
  })
}

const operator = 'whoever operates the server, by the command latchkey key-access'

async function nameOf(tx: Transaction<Tables>, accountId: string): Promise<string> {
  const account = await tx
    .selectFrom('accounts')
    .select('name')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  return account.name
}
