import type { Transaction } from 'kysely'
import type { Mail } from '../mail/mail.ts'
import type { AccountWriter } from '../storage/account-store.ts'
import type { Tables } from '../storage/tables.ts'
import { readAccessSettings } from './access-settings.store.ts'
import { adminsOf } from './admins.ts'
import type { KeyEvent } from './key.acts.ts'

/**
 * Tells every admin of the account what was done to a key, by whom and from where, and what to do if that
 * was none of them. The name and the last four characters say which; the key itself is never in a mail.
 */
export async function mailAdmins(
  mail: Pick<Mail, 'enqueue'>,
  tx: Transaction<Tables>,
  writer: AccountWriter,
  event: KeyEvent,
  publicUrl: string | null,
): Promise<void> {
  const { timeZone } = await readAccessSettings(writer)
  const { key, by } = event
  const subject = `${subjectOf(event)} (${by.accountName})`
  const text = [
    ...told(event, timeZone),
    '',
    `When: ${when(writer.at, timeZone)}`,
    ...(by.email === null
      ? [`By: ${by.name}`]
      : [`By: ${by.name} <${by.email}>`, `From address: ${event.origin.address ?? 'unknown'}`]),
    `Key: ${key.isMain ? '' : `${key.name}, `}ends in ${key.lastFour}`,
    '',
    ...advice(event, publicUrl),
  ].join('\n')
  for (const admin of await adminsOf(writer))
    await mail.enqueue(tx, { to: admin.email, subject, text, about: writer.accountId })
}

/** A moment as the people of the account read it. */
export function when(at: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeStyle: 'short', timeZone })
  return `${format.format(at)} (${timeZone})`
}

/** Where the keys are managed, as the end of a sentence that begins with "sign in". */
export function placeOfKeys(publicUrl: string | null): string {
  return `${publicUrl ? ` at ${publicUrl}` : ''}, open Settings > Integrations > REST API`
}

const done = {
  enabled: 'enabled',
  created: 'created',
  rotated: 'rotated',
  revoked: 'revoked',
  disabled: 'disabled',
  resumed: 'enabled again',
}

function subjectOf({ action, key }: KeyEvent): string {
  if (action === 'enabled') return 'REST API access was enabled'
  return `The ${key.isMain ? 'REST API key' : `API key "${key.name}"`} was ${done[action]}`
}

function told(event: KeyEvent, timeZone: string): string[] {
  const { action, by, key } = event
  const account = by.accountName
  if (action === 'enabled') {
    return [
      `REST API access was enabled for ${account}.`,
      "Anyone who holds the key can read and change the account's data.",
    ]
  }
  const which = key.isMain ? 'REST API key' : `API key "${key.name}"`
  return [`The ${which} of ${account} was ${done[action]}.`, effects[action](key, timeZone)]
}

const effects = {
  created: (key) =>
    `Anyone who holds it can do in the account what it was given: ${key.limits.scopes.join(', ')}.`,
  rotated: ({ previousWorksUntil: until }, timeZone) =>
    until === null
      ? 'The old key stopped working at once; every integration needs the new one, which is in the settings.'
      : `The old key works until ${when(until, timeZone)}; by then every integration needs the new one, which is in the settings.`,
  revoked: (key) =>
    key.isMain
      ? 'It stopped working at once, and does not come back. Other keys of the account go on working.'
      : 'It stopped working at once, and does not come back.',
  disabled: () => 'It stopped working at once, until an admin enables it again.',
  resumed: () => 'It works again.',
} satisfies Record<Exclude<KeyEvent['action'], 'enabled'>, (key: KeyEvent['key'], timeZone: string) => string>

const remedies = {
  enabled: 'revoke the key',
  created: 'revoke the key',
  rotated: 'rotate the key again',
  revoked: 'make a new key when you need it',
  disabled: 'enable the key again',
  resumed: 'disable or revoke the key',
}

function advice({ action }: KeyEvent, publicUrl: string | null): string[] {
  return [
    'If this was you or a colleague you trust, there is nothing to do.',
    `If not: sign in${placeOfKeys(publicUrl)} and ${remedies[action]}.`,
    'Then change your password, and check under Settings > Users who is an admin of the account.',
  ]
}
