import type { Config } from '../../config.ts'
import { type DeliveryLoop, deliveryLoop, type Log } from '../../delivery/delivery-loop.ts'
import type { Mail } from '../../mail/mail.ts'
import type { Engine } from '../../storage/engine.ts'
import { writeAccount } from '../../storage/write.ts'
import { mailExpiry } from './expiry.mails.ts'
import { begun, lastEndIn, stages } from './stages.ts'

export interface ReminderOptions {
  engine: Engine
  mail: Pick<Mail, 'enqueue' | 'deliverSoon'>
  config: Pick<Config, 'publicUrl'>
  log: Log
  /** Milliseconds since 1970. */
  now?: () => number
}

/**
 * Tells the admins of each key 14 and 3 days before its end and when it has come: each once, however many nodes
 * look. Of reminders that were missed only the last is sent. Of a key that is disabled nothing is told.
 */
export function createExpiryReminders(options: ReminderOptions): DeliveryLoop {
  const { engine, mail, log } = options
  const { publicUrl } = options.config
  const now = options.now ?? Date.now

  async function remindNext(): Promise<boolean> {
    const at = now()
    const key = await nextKey(engine, at)
    if (!key) return false
    const context = { actor: { kind: 'system' as const, id: null }, requestId: null, at }
    const isTold = await writeAccount(engine, key.accountId, context, async (writer, tx) => {
      // Another node may have told of it since it was looked at, and an admin may have set another end.
      const claimed = await tx
        .updateTable('api_keys')
        .set({ expiry_told: key.stage })
        .where('account_id', '=', key.accountId)
        .where('id', '=', key.id)
        .where('expires_at', '=', key.expiresAt)
        .where('disabled_at', 'is', null)
        .where((on) => on.or([on('expiry_told', 'is', null), on('expiry_told', '>', key.stage)]))
        .executeTakeFirst()
      if (Number(claimed.numUpdatedRows) === 0) return false
      await mailExpiry(mail, tx, writer, { ...key, publicUrl })
      return true
    })
    if (isTold) mail.deliverSoon()
    return true
  }

  // The loop looks twice a minute of itself, which is early enough for what is told in days.
  const nextTurn = async () => null
  return deliveryLoop({ name: 'reminders of keys', deliverNext: remindNext, nextTurn }, { log, now })
}

interface DueKey {
  accountId: string
  id: string
  expiresAt: number
  stage: number
}

async function nextKey(engine: Engine, at: number): Promise<DueKey | null> {
  const row = await engine.reader
    .selectFrom('api_keys')
    .select(['account_id', 'id', 'expires_at'])
    .where('disabled_at', 'is', null)
    .where((on) =>
      on.or(
        stages.map((stage) =>
          on.and([
            on('expires_at', '<=', lastEndIn(stage, at)),
            on.or([on('expiry_told', 'is', null), on('expiry_told', '>', stage)]),
          ]),
        ),
      ),
    )
    .orderBy('expires_at')
    .limit(1)
    .executeTakeFirst()
  if (!row || row.expires_at === null) return null
  const stage = begun(row.expires_at, at)
  return stage === null ? null : { accountId: row.account_id, id: row.id, expiresAt: row.expires_at, stage }
}
