import type { Transaction } from 'kysely'
import type { Mail } from '../mail/mail.ts'
import type { AccountWriter } from '../storage/account-store.ts'
import type { Tables } from '../storage/tables.ts'
import { readAccessSettings } from './access-settings.store.ts'
import { adminsOf } from './admins.ts'
import type { KeyEvent } from './key.store.ts'

/**
 * Tells every admin of the account what was done to its key, by whom and from where, and what to do if that
 * was none of them. The last four characters name the key; the key itself is never in a mail.
 */
export async function mailAdmins(
  mail: Pick<Mail, 'enqueue'>,
  tx: Transaction<Tables>,
  writer: AccountWriter,
  event: KeyEvent,
  publicUrl: string | null,
): Promise<void> {
  const { timeZone } = await readAccessSettings(writer)
  const subject = `${subjects[event.action]} (${event.by.accountName})`
  const text = [
    ...told(event),
    '',
    `When: ${when(writer.at, timeZone)}`,
    `By: ${event.by.name} <${event.by.email}>`,
    `From address: ${event.origin.address ?? 'unknown'}`,
    `Key: ends in ${event.key.lastFour}`,
    '',
    ...advice(event, publicUrl),
  ].join('\n')
  for (const admin of await adminsOf(writer))
    await mail.enqueue(tx, { to: admin.email, subject, text, about: writer.accountId })
}

const subjects = {
  enabled: 'REST API access was enabled',
  rotated: 'The REST API key was rotated',
  revoked: 'The REST API key was revoked',
}

function told({ action, by }: KeyEvent): string[] {
  const account = by.accountName
  if (action === 'enabled') {
    return [
      `REST API access was enabled for ${account}.`,
      "Anyone who holds the key can read and change the account's data.",
    ]
  }
  if (action === 'rotated') {
    return [
      `The REST API key of ${account} was rotated.`,
      'The old key stopped working at once; every integration needs the new one, which is in the settings.',
    ]
  }
  return [
    `The REST API key of ${account} was revoked.`,
    'It stopped working at once, and REST API access is off until an admin enables it again.',
  ]
}

function advice({ action }: KeyEvent, publicUrl: string | null): string[] {
  const remedy = {
    enabled: 'revoke the key',
    rotated: 'rotate the key again',
    revoked: 'enable access again when you need it',
  }
  return [
    'If this was you or a colleague you trust, there is nothing to do.',
    `If not: sign in${publicUrl ? ` at ${publicUrl}` : ''}, open Settings > Integrations > REST API and ${remedy[action]}.`,
    'Then change your password, and check under Settings > Users who is an admin of the account.',
  ]
}

function when(at: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeStyle: 'short', timeZone })
  return `${format.format(at)} (${timeZone})`
}
