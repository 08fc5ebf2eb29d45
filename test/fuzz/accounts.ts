import { addMember, iso, writerFor } from '../../server/accounts/memberships.ts'
import { enableAccess } from '../../server/api-keys/index.ts'
import { newId } from '../../server/storage/ids.ts'
import { oneOfEach } from '../api/records.ts'
import { type ApiServer, type Company, timeZone } from '../api/server.ts'

/**
 * Opens an account of the admin of another one, whose password need not be hashed again: a sequence of
 * requests begins in an account of its own, and there are hundreds of them.
 */
export async function openQuickly(server: ApiServer): Promise<Company> {
  const { engine, secrets } = server.running
  const { adminId, email } = server.acme
  const origin = { address: null, userAgent: null, requestId: null }
  const accountId = newId()
  const at = Date.now()
  const settings = { time_zone: timeZone, cors_origins: '["*"]', updated_at: at }
  const budgets = { requests_per_minute: 1_000_000, records_per_minute: null }
  await engine.transaction(async (tx) => {
    await tx
      .insertInto('accounts')
      .values({ id: accountId, name: 'Fuzz Homes', slug: accountId, created_at: iso(at) })
      .execute()
    await tx
      .insertInto('account_settings')
      .values({ account_id: accountId, ...settings, ...budgets })
      .execute()
    await addMember(tx, writerFor(tx, accountId, adminId, origin, at), { userId: adminId, role: 'admin' })
  })
  const { secret } = await enableAccess(
    { engine, secrets, announce: async () => {} },
    { by: { userId: adminId, name: 'Ann Ash', email, accountId, accountName: 'Fuzz Homes' }, origin },
  )
  return { accountId, adminId, email, key: secret, api: server.client({ authorization: secret }) }
}

/** The ids of one record of each kind in a new account. */
export async function seeded(
  server: ApiServer,
): Promise<{ company: Company; seeds: Record<string, string> }> {
  const company = await openQuickly(server)
  const records = await oneOfEach(server, company)
  return { company, seeds: Object.fromEntries(Object.entries(records).map(([kind, { id }]) => [kind, id])) }
}
