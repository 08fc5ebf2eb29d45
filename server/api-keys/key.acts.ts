import type { Transaction } from 'kysely'
import type { Session } from '../accounts/session.ts'
import { type Origin, recordAudit } from '../audit/audit.ts'
import type { AuditAction } from '../audit/audit-actions.ts'
import type { Secrets } from '../secrets.ts'
import type { AccountWriter } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'
import { writeAccount } from '../storage/write.ts'
import type { ApiKey } from './key.ts'

/** Who acts on a key of the account that they work in, and from where. */
export interface KeyAct {
  by: Pick<Session, 'userId' | 'name' | 'email' | 'accountId' | 'accountName'>
  origin: Origin
}

/** What happened to a key, as told to the admins; `enabled` is the making of the main key. */
export interface KeyEvent {
  /** Without an e-mail address where it was nobody of the account, but the operator of the server. */
  by: { name: string; email: string | null; accountName: string }
  origin: Origin
  action: 'enabled' | 'created' | 'rotated' | 'revoked' | 'disabled' | 'resumed'
  key: ApiKey
}

export interface KeyContext {
  engine: Engine
  secrets: Secrets
  /** Runs inside the transaction of what is told: when it fails, nothing has happened. */
  announce(tx: Transaction<Tables>, writer: AccountWriter, event: KeyEvent): Promise<void>
}

/** One act on a key: its transaction, with the two ways to tell of it. */
export interface KeyWrite {
  writer: AccountWriter
  /** For what the writer's equalities cannot say. */
  tx: Transaction<Tables>
  /** Writes the act to the audit log. */
  record(what: RecordedAct, key: ApiKey, details?: Details): Promise<void>
  /** The same, and tells the admins. */
  tell(action: KeyEvent['action'], key: ApiKey, details?: Details): Promise<void>
}

export type Details = Record<string, string | number | null>

type RecordedAct = Extract<AuditAction, `api_key.${string}`> extends `api_key.${infer Act}` ? Act : never

export function writeKey<T>(
  context: KeyContext,
  act: KeyAct,
  work: (write: KeyWrite) => Promise<T>,
): Promise<T> {
  const { by, origin } = act
  const actor = { kind: 'user' as const, id: by.userId }
  return writeAccount(context.engine, by.accountId, { actor, requestId: origin.requestId }, (writer, tx) => {
    const record: KeyWrite['record'] = (what, key, details = {}) =>
      recordAudit(writer, {
        action: `api_key.${what}`,
        userId: by.userId,
        subject: key.id,
        details: { name: key.name, last_four: key.lastFour, ...details },
        origin,
      })
    return work({
      writer,
      tx,
      record,
      async tell(action, key, details) {
        await record(action, key, details)
        await context.announce(tx, writer, { ...act, action, key })
      },
    })
  })
}
