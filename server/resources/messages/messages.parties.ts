import { emailKey, phoneKey } from '../../resource-layer/fields/contact-points.ts'
import { lower } from '../../resource-layer/letter-case.ts'
import { lookedUp } from '../../resource-layer/lookups.ts'
import type { AccountStore, Row } from '../../storage/account-store.ts'

/** Between whom a message went: the account's own address or number, and the other party's. */
export interface Parties {
  kind: 'email' | 'phone'
  inbox: string
  participant: string
}

/** The contact with that number or address, where there is exactly one. */
export async function contactAt(store: AccountStore, { kind, participant }: Parties): Promise<string | null> {
  const name = kind === 'email' ? 'email' : 'phone'
  const words = kind === 'email' ? emailKey(participant) : phoneKey(participant)
  const found = await store
    .from('contacts')
    .select('id')
    .where('deleted_at', 'is', null)
    .where('id', 'in', lookedUp(store.from('lookups'), 'contacts', name).where('words', '=', words))
    .limit(2)
    .execute()
  return found.length === 1 ? String(found[0]?.id) : null
}

/** The users who have one of these addresses. */
export async function usersAt(store: AccountStore, addresses: readonly string[]): Promise<Row[]> {
  return store
    .from('users')
    .select(['id', 'name', 'email'])
    .where('deleted_at', 'is', null)
    .where(lower('email'), 'in', addresses.map(emailKey))
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** Between which numbers a text or call went; null where one of them is not known. */
export function phoneParties({ direction, from, to }: Row): Parties | null {
  const [inbox, participant] = direction === 'inbound' ? [to, from] : [from, to]
  return inbox && participant
    ? { kind: 'phone', inbox: String(inbox), participant: String(participant) }
    : null
}
