import { sql, type Transaction } from 'kysely'
import type { Oidc } from '../config.ts'
import type { Engine } from '../storage/engine.ts'
import { newId } from '../storage/ids.ts'
import type { Tables } from '../storage/tables.ts'
import type { CompanyIdentity } from './company-identity.ts'
import { iso } from './memberships.ts'

/** Why somebody whom the provider knows is not let in; the sign-in page has a sentence for each. */
export type Refusal = 'not_invited' | 'email_unproven' | 'other_identity'

export type Found =
  | { userId: string; isNew: boolean /** To be accepted by a click. */; invitationId: string | null }
  | { refusal: Refusal }

/**
 * Finds the person of a company identity. The first time by the proven e-mail address, if they are a member or
 * invited; from then on by issuer and subject, so that whoever gets an address that somebody had before does
 * not get in as them.
 */
export function personOfIdentity(
  engine: Engine,
  oidc: Pick<Oidc, 'issuer' | 'trustEmail'>,
  identity: CompanyIdentity,
): Promise<Found> {
  const provider = providerId(oidc)
  return engine.transaction(async (tx) => {
    const linked = await tx
      .selectFrom('credentials')
      .innerJoin('identities', 'identities.id', 'credentials.identity_id')
      .select(['identities.id', 'identities.email'])
      .where('credentials.provider_id', '=', provider)
      .where('credentials.provider_account_id', '=', identity.subject)
      .executeTakeFirst()
    if (linked) return admitted(tx, { userId: linked.id, email: linked.email, isNew: false })
    const { email } = identity
    if (email === null) return { refusal: 'email_unproven' }
    if (!identity.isEmailProven && !oidc.trustEmail) return { refusal: 'email_unproven' }
    const known = await tx.selectFrom('identities').select('id').where('email', '=', email).executeTakeFirst()
    if (known && (await isLinked(tx, known.id, provider))) return { refusal: 'other_identity' }
    const found = await admitted(tx, { userId: known?.id ?? newId(), email, isNew: true })
    if ('refusal' in found) return found
    if (!known) await addPerson(tx, { id: found.userId, email, name: identity.name ?? email })
    await link(tx, found.userId, provider, identity.subject)
    return found
  })
}

/** Members, and who is invited; nobody else. */
async function admitted(
  tx: Transaction<Tables>,
  person: { userId: string; email: string; isNew: boolean },
): Promise<Found> {
  const { userId, email, isNew } = person
  const invitation = await tx
    .selectFrom('invitations')
    .select('id')
    .where('email', '=', email)
    .where('status', '=', 'pending')
    .where('expires_at', '>', iso(Date.now()))
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  if (invitation) return { userId, isNew, invitationId: invitation.id }
  const member = await tx
    .selectFrom('members')
    .select('id')
    .where('identity_id', '=', userId)
    .executeTakeFirst()
  return member ? { userId, isNew, invitationId: null } : { refusal: 'not_invited' }
}

async function isLinked(tx: Transaction<Tables>, userId: string, provider: string): Promise<boolean> {
  const row = await tx
    .selectFrom('credentials')
    .select('id')
    .where('identity_id', '=', userId)
    .where('provider_id', '=', provider)
    .executeTakeFirst()
  return row !== undefined
}

async function addPerson(
  tx: Transaction<Tables>,
  { id, email, name }: { id: string; email: string; name: string },
): Promise<void> {
  const at = iso(Date.now())
  await tx
    .insertInto('identities')
    // Both engines know the word; node:sqlite does not take the value.
    .values({ id, email, name, email_verified: sql<boolean>`true`, created_at: at, updated_at: at })
    .execute()
}

async function link(tx: Transaction<Tables>, userId: string, provider: string, subject: string) {
  const at = iso(Date.now())
  await tx
    .insertInto('credentials')
    .values({
      id: newId(),
      identity_id: userId,
      provider_id: provider,
      provider_account_id: subject,
      created_at: at,
      updated_at: at,
    })
    .execute()
}

function providerId({ issuer }: Pick<Oidc, 'issuer'>): string {
  return `oidc ${issuer}`
}
