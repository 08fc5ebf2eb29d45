import type { Transaction } from 'kysely'
import { readAccessSettings } from '../api-keys/access-settings.store.ts'
import { adminsOf } from '../api-keys/admins.ts'
import { type ApiKey, endKey, existingKey, findKey, parseKey, placeOfKeys, when } from '../api-keys/index.ts'
import { recordAudit } from '../audit/audit.ts'
import type { Mail } from '../mail/mail.ts'
import type { AccountWriter } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'
import { writeAccount } from '../storage/write.ts'

/** Where a key was found. It never holds the key itself. */
export interface Place {
  /** As the end of a sentence: "on GitHub (content), at https://…". */
  words: string
  /** Of the request that brought it. */
  address: string | null
  requestId: string | null
}

export interface Exposure {
  /**
   * Marks the key as exposed, tells every admin by mail and the audit log, at most once a day for one key, and
   * revokes it where the account chose so. Resolves with whether there is such a key.
   */
  found(text: string, place: Place): Promise<boolean>
}

export interface ExposureOptions {
  engine: Engine
  mail: Pick<Mail, 'enqueue' | 'deliverSoon'>
  publicUrl: string
  now?: () => number
}

const day = 24 * 60 * 60 * 1_000

export function createExposure({ engine, mail, publicUrl, now = Date.now }: ExposureOptions): Exposure {
  return {
    async found(text, place) {
      const known = await findKey(engine, text)
      if (!known) return false
      const context = { actor: { kind: 'system', id: null }, requestId: place.requestId } as const
      const told = await writeAccount(engine, known.accountId, context, async (writer, tx) => {
        const row = await writer.find('api_keys', known.keyId)
        // It was revoked or rotated meanwhile: there is nothing left to tell.
        if (row?.exposed_at === undefined) return false
        const last = row.exposure_told_at
        const isTold = typeof last === 'number' && now() - last < day
        if (isTold) return false
        // One that was rotated away and still overlaps says nothing of the one that took its place.
        const isCurrent = row.last_four === text.slice(-4)
        await writer.update(
          'api_keys',
          { id: known.keyId },
          { exposed_at: isCurrent ? writer.at : row.exposed_at, exposure_told_at: now() },
        )
        const key = await existingKey(writer, { id: known.keyId })
        const { revokeExposedKeys } = await readAccessSettings(writer)
        const details = { name: key.name, last_four: text.slice(-4), found: place.words }
        const origin = { address: place.address, userAgent: null, requestId: place.requestId }
        await recordAudit(writer, {
          action: 'api_key.exposed',
          userId: null,
          subject: key.id,
          details,
          origin,
        })
        if (revokeExposedKeys) {
          await endKey(writer, key)
          await recordAudit(writer, {
            action: 'api_key.revoked',
            userId: null,
            subject: key.id,
            details: { name: key.name, last_four: key.lastFour, reason: 'it was exposed' },
            origin,
          })
        }
        const letter = { key, lastFour: text.slice(-4), place, isRevoked: revokeExposedKeys, publicUrl }
        await mailAdmins(mail, tx, writer, letter)
        return true
      })
      if (told) mail.deliverSoon()
      return true
    },
  }
}

/** The keys in an address of a request, also where it is percent-encoded; at most a few are looked at. */
export function keysInAddress(url: string): string[] {
  const plain = url.replace(/%([0-7][0-9a-f])/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  const found = plain.match(/lk_(?:live|test)_[0-9A-Za-z]{38}/g) ?? []
  return [...new Set(found)].filter((text) => parseKey(text) !== null).slice(0, 3)
}

interface Letter {
  key: ApiKey
  lastFour: string
  place: Place
  isRevoked: boolean
  publicUrl: string
}

async function mailAdmins(
  mail: Pick<Mail, 'enqueue'>,
  tx: Transaction<Tables>,
  writer: AccountWriter,
  { key, lastFour, place, isRevoked, publicUrl }: Letter,
): Promise<void> {
  const { timeZone } = await readAccessSettings(writer)
  const account = await tx
    .selectFrom('accounts')
    .select('name')
    .where('id', '=', writer.accountId)
    .executeTakeFirstOrThrow()
  const which = key.isMain ? 'REST API key' : `API key "${key.name}"`
  const text = [
    `The ${which} of ${account.name} was found ${place.words}.`,
    isRevoked
      ? 'It was revoked at once, as the settings of the account ask for. Every integration that used it is refused from now on.'
      : 'Whoever has seen it there can do in the account whatever the key may do.',
    '',
    `When: ${when(writer.at, timeZone)}`,
    `Key: ${key.isMain ? '' : `${key.name}, `}ends in ${lastFour}`,
    '',
    isRevoked
      ? `What to do: sign in${placeOfKeys(publicUrl)}, make a new key and give it to what used the old one.`
      : `What to do: sign in${placeOfKeys(publicUrl)} and rotate the key, give the new one to what uses it, and remove the old one from where it was found.`,
    'Then look into the audit log, and into the history of your records, for what nobody of yours did.',
  ].join('\n')
  const subject = `The ${which} was exposed${isRevoked ? ' and is revoked' : ': rotate it'} (${account.name})`
  for (const admin of await adminsOf(writer)) {
    await mail.enqueue(tx, { to: admin.email, about: writer.accountId, subject, text })
  }
}
