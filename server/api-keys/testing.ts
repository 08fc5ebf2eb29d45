import { after, before } from 'node:test'
import { sql } from 'kysely'
import type { Engine as EngineUnderTest } from '../../test/support/engines.ts'
import type { Role, Session } from '../accounts/session.ts'
import type { Origin } from '../audit/audit.ts'
import { secretsFrom } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import { newId } from '../storage/ids.ts'
import { openEngine } from '../storage/open.ts'
import type { KeyContext } from './key.acts.ts'

export const secrets = secretsFrom('the secret of this installation under test')

export const origin: Origin = { address: '203.0.113.7', userAgent: 'Test browser', requestId: 'request-1' }

/** An opened database for the tests of a suite; `directory` holds its files where it is SQLite. */
export interface Ground {
  readonly engine: Engine
  readonly directory: string
}

export function openGround(under: EngineUnderTest): Ground {
  let opened: { engine: Engine; directory: string } | undefined
  before(async () => {
    const { url, directory } = await under.open()
    opened = { engine: await openEngine({ dataDirectory: directory, databaseUrl: url }), directory }
  })
  after(() => opened?.engine.close())
  const ready = () => {
    if (!opened) throw new Error('The database is open only while the tests of the suite run.')
    return opened
  }
  return {
    get engine() {
      return ready().engine
    },
    get directory() {
      return ready().directory
    },
  }
}

/** A new account with its settings and one admin, who has just signed in. */
export async function newAccount(engine: Engine, name = 'Fir Street Homes'): Promise<Session> {
  const accountId = newId()
  await engine.transaction(async (tx) => {
    await tx
      .insertInto('accounts')
      .values({
        id: accountId,
        name,
        slug: accountId,
        logo: null,
        metadata: null,
        created_at: '2026-03-03T09:00:00Z',
      })
      .execute()
    await tx
      .insertInto('account_settings')
      .values({
        account_id: accountId,
        time_zone: 'America/Denver',
        cors_origins: '[]',
        requests_per_minute: null,
        records_per_minute: null,
        updated_at: 0,
      })
      .execute()
  })
  return newPerson(engine, { accountId, accountName: name }, 'admin', 'Ada Admin')
}

export async function newPerson(
  engine: Engine,
  account: { accountId: string; accountName: string },
  role: Role,
  name: string,
): Promise<Session> {
  const userId = newId()
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.com`
  await engine.transaction((tx) =>
    tx
      .insertInto('users')
      .values({
        account_id: account.accountId,
        id: userId,
        created_at: 0,
        updated_at: 0,
        deleted_at: null,
        version: 1,
        search_text: '',
        name,
        email,
        role,
      })
      .execute(),
  )
  const { accountId, accountName } = account
  return { userId, name, email, accountId, accountName, role, signedInAt: Date.now() }
}

/** What the store needs, with nobody told. */
export function quietly(engine: Engine): KeyContext {
  return { engine, secrets, announce: async () => {} }
}

/** Every value of every row of every table, as one text. */
export async function wholeDatabase(engine: Engine): Promise<string> {
  const tables =
    engine.dialect === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_master where type = 'table'`
      : sql<{
          name: string
        }>`select table_name as name from information_schema.tables where table_schema = 'public'`
  const texts: string[] = []
  for (const { name } of (await tables.execute(engine.reader)).rows) {
    texts.push(JSON.stringify((await sql`select * from ${sql.table(name)}`.execute(engine.reader)).rows))
  }
  return texts.join('\n')
}

export function auditOf(engine: Engine, session: Session) {
  return engine.reader
    .selectFrom('audit_entries')
    .selectAll()
    .where('account_id', '=', session.accountId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}
