import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sql } from 'kysely'
import { forEachEngine } from '../../test/support/engines.ts'
import { newAccount, openGround, origin } from '../api-keys/testing.ts'
import { accountStore } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { newId } from '../storage/ids.ts'
import { migrations } from '../storage/migrations/index.ts'
import { statements } from '../storage/migrations/statements.ts'
import { writeAccount } from '../storage/write.ts'
import { recordAudit } from './audit.ts'

forEachEngine((under) => {
  const ground = openGround(under)

  it('keeps what a newer browser or a long setting says within bounds', async () => {
    const { engine } = ground
    const { accountId, userId } = await newAccount(engine)
    const context = { actor: { kind: 'user' as const, id: userId }, requestId: null }
    await writeAccount(engine, accountId, context, (writer) =>
      recordAudit(writer, {
        action: 'rest_access.settings_changed',
        userId,
        details: { cors_origins: 'o'.repeat(10_000), requests_per_minute: 7 },
        origin: { ...origin, userAgent: 'b'.repeat(10_000) },
      }),
    )
    const [entry] = await accountStore(engine.reader, accountId).from('audit_entries').selectAll().execute()
    const details = JSON.parse(String(entry?.details))
    assert.deepEqual([details.cors_origins.length, details.requests_per_minute], [2_000, 7])
    assert.equal(String(entry?.user_agent).length, 300)
  })

  it('keeps and finds what was written before the log became a resource', async () => {
    const { engine } = ground
    const { accountId, userId } = await newAccount(engine)
    const subject = newId()
    await sql`drop table audit_entries`.execute(engine.writer)
    await remake(engine, '0002-foundation')
    await sql`insert into audit_entries
      (account_id, id, occurred_at, action, user_id, subject, details, address, user_agent, request_id)
      values (${accountId}, ${newId()}, 1700000000000, 'user.role_changed', ${userId}, ${subject},
        '{"role":"admin"}', '203.0.113.7', 'Old Browser', 'request-1')`.execute(engine.writer)
    await remake(engine, '0015-audit-entries')
    // From then on SQLite's search has other numbers.
    if (engine.dialect === 'sqlite') {
      await sql`drop table search_spaces`.execute(engine.writer)
      await remake(engine, '0024-growth', /search_(spaces|rows|index)/)
    }
    const store = accountStore(engine.reader, accountId)
    const found = store.from('audit_entries').where(store.contains('audit_entries', 'old browser'))
    const [entry, ...others] = await found.selectAll().execute()
    assert.equal(others.length, 0)
    const { created_at, updated_at, deleted_at, version, action, subject: kept, details } = entry ?? {}
    assert.deepEqual([created_at, updated_at], [1_700_000_000_000, 1_700_000_000_000])
    assert.deepEqual([deleted_at, version, action], [null, 1, 'user.role_changed'])
    assert.deepEqual([kept, details], [subject, '{"role":"admin"}'])
  })
})

/** Runs what a migration says of the audit log, or of something else. */
async function remake(engine: Engine, name: string, of = /audit_entries/): Promise<void> {
  const all = statements(migrations[name] ?? '', engine.dialect)
  for (const statement of all.filter((text) => of.test(text))) await sql.raw(statement).execute(engine.writer)
}
