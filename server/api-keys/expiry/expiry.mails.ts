import type { Transaction } from 'kysely'
import type { Mail } from '../../mail/mail.ts'
import type { AccountWriter } from '../../storage/account-store.ts'
import type { Tables } from '../../storage/tables.ts'
import { readAccessSettings } from '../access-settings.store.ts'
import { adminsOf } from '../admins.ts'
import { placeOfKeys, when } from '../key.mails.ts'
import { existingKey } from '../key.reading.ts'
import type { ApiKey } from '../key.ts'

/** Tells every admin of the account that a key is about to expire, or at stage 0 that it has. */
export async function mailExpiry(
  mail: Pick<Mail, 'enqueue'>,
  tx: Transaction<Tables>,
  writer: AccountWriter,
  {
    id,
    expiresAt,
    stage,
    publicUrl,
  }: { id: string; expiresAt: number; stage: number; publicUrl: string | null },
): Promise<void> {
  const key = await existingKey(writer, { id })
  const { timeZone } = await readAccessSettings(writer)
  const account = await tx
    .selectFrom('accounts')
    .select('name')
    .where('id', '=', writer.accountId)
    .executeTakeFirstOrThrow()
  const which = key.isMain ? 'REST API key' : `API key "${key.name}"`
  const day = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone }).format(expiresAt)
  const what = stage === 0 ? `The ${which} has expired` : `The ${which} expires on ${day}`
  const text = [
    stage === 0
      ? `The ${which} of ${account.name} expired. What uses it is refused from now on.`
      : `The ${which} of ${account.name} is about to expire. From then on, what uses it is refused.`,
    '',
    `End: ${when(expiresAt, timeZone)}`,
    `Key: ${key.isMain ? '' : `${key.name}, `}ends in ${key.lastFour}`,
    `Last used: ${lastUse(key, timeZone)}`,
    '',
    `If it is still needed: sign in${placeOfKeys(publicUrl)} and give it another end, or make a new key for what uses it.`,
    'To rotate it does not change its end. If it is not needed any more, revoke it.',
  ].join('\n')
  const subject = `${what} (${account.name})`
  for (const admin of await adminsOf(writer))
    await mail.enqueue(tx, { to: admin.email, subject, text, about: writer.accountId })
}

function lastUse({ lastUsedAt, lastUsedFrom }: ApiKey, timeZone: string): string {
  if (lastUsedAt === null) return 'never'
  return lastUsedFrom ? `${when(lastUsedAt, timeZone)} from ${lastUsedFrom}` : when(lastUsedAt, timeZone)
}
