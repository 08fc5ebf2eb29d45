import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type RawBuilder, sql } from 'kysely'
import { enableAccess } from '../../server/api-keys/index.ts'
import { readConfig } from '../../server/config.ts'
import { type Running, start } from '../../server/main.ts'
import { openApiDocument } from '../../server/reference/openapi.ts'
import { type ResponseChecker, responseChecker } from '../../server/reference/response-checker.ts'
import { operations } from '../../server/resources/operations.ts'
import { personAt } from '../support/admin.ts'
import type { Engine, EngineName } from '../support/engines.ts'
import { cheapPasswords } from '../support/passwords.ts'
import { type Client, clientOf, type Exchange, type Seen } from './client.ts'

/** An account with its admin and its key. */
export interface Company {
  accountId: string
  adminId: string
  email: string
  key: string
  api: Client
}

export interface ApiServer {
  readonly url: string
  readonly engineName: EngineName
  readonly running: Running
  readonly storage: { url: string | null; directory: string }
  /** The account that a test works in, in a time zone with daylight saving. */
  readonly acme: Company
  /** Another account on the same server. */
  readonly other: Company
  /** Everything that was asked and answered. */
  readonly exchanges: readonly Exchange[]
  /** Opens one more account, with a key that no budget stops. */
  openCompany(name: string, email: string): Promise<Company>
  /** A client with other credentials, or with none. */
  client(headers?: Record<string, string>): Client
  signedIn(email: string): Promise<Record<string, string>>
  /** Adds a member who is no admin. */
  addMember(email: string): Promise<string>
  /** Sets the budgets of an account. */
  setBudgets(company: Company, requests: number | null, records: number | null): Promise<void>
  /** How many rows every table has; those that count requests are left out. */
  rowCounts(): Promise<Record<string, number>>
  changesOf(company: Company, since?: number): Promise<LoggedChange[]>
}

export interface LoggedChange {
  resource: string
  record_id: string
  action: string
  actor_kind: string
  actor_id: string | null
  request_id: string | null
  changed: Record<string, [unknown, unknown]>
}

export const password = 'correct horse battery'
export const timeZone = 'America/Chicago'

/**
 * Declares a server for the tests of a suite: started before the first, stopped after the last.
 * @param settings further environment variables, made before the server starts
 */
export function startApi(
  engine: Engine,
  settings: () => Promise<Record<string, string>> = async () => ({}),
): ApiServer {
  let ready: Ready | undefined
  before(async () => {
    ready = await launch(engine, await settings())
  })
  after(async () => {
    await ready?.running.stop()
    ready = undefined
  })
  const parts = () => {
    if (!ready) throw new Error('The server runs only while the tests of the suite run.')
    return ready
  }
  return {
    engineName: engine.name,
    get url() {
      return parts().running.url
    },
    get running() {
      return parts().running
    },
    get storage() {
      return parts().storage
    },
    get acme() {
      return parts().acme
    },
    get other() {
      return parts().other
    },
    get exchanges() {
      return parts().exchanges
    },
    openCompany: (name, email) => openCompany(parts().running, name, email, parts()),
    client: (headers = {}) => clientOf(parts().running.url, headers, parts()),
    signedIn: (email) => cookieOf(parts().running.url, email),
    async addMember(email) {
      const person = { name: 'Mia Moss', email, password, role: 'member' as const }
      return (await parts().running.accounts.addPerson(parts().acme.accountId, person)).userId
    },
    setBudgets: ({ accountId }, requests, records) =>
      setBudgets(parts().running, accountId, requests, records),
    rowCounts: () => rowCounts(parts().running),
    changesOf: (company, since = 0) => changesOf(parts().running, company, since),
  }
}

interface Ready extends Seen {
  running: Running
  storage: { url: string | null; directory: string }
  acme: Company
  other: Company
}

/** Made once for all servers of a process: the document takes a second. */
let checker: ResponseChecker | undefined

async function launch(engine: Engine, settings: Record<string, string>): Promise<Ready> {
  const storage = await engine.open()
  const running = await start(
    readConfig({
      PORT: '0',
      HOST: '127.0.0.1',
      LATCHKEY_DATA: storage.directory,
      LOG_LEVEL: 'silent',
      // The machine of the tests is busy with others of them.
      REQUESTS_AT_ONCE: 'off',
      ...(storage.url ? { DATABASE_URL: storage.url } : {}),
      ...settings,
    }),
    { passwordCost: cheapPasswords },
  )
  checker ??= responseChecker(openApiDocument(operations(unread), { publicUrl: running.url }))
  const seen: Seen = { exchanges: [], secrets: [], violations: checker }
  const acme = await openCompany(running, 'Acme Homes', 'ann@example.com', seen)
  const other = await openCompany(running, 'Other Homes', 'otto@example.com', seen)
  return { ...seen, running, storage, acme, other }
}

/** The document is made of what the operations declare; none of them runs. */
function unread(): never {
  throw new Error('not called')
}

/** Opens an account with a key that no budget stops. */
export async function openCompany(
  running: Running,
  name: string,
  email: string,
  seen: Seen,
): Promise<Company> {
  const { accountId, userId } = await running.accounts.openAccount({
    name,
    timeZone,
    admin: { name: 'Ann Ash', email, password },
  })
  const { secret } = await enableAccess(
    { engine: running.engine, secrets: running.secrets, announce: async () => {} },
    {
      by: { userId, name: 'Ann Ash', email, accountId, accountName: name },
      origin: { address: null, userAgent: null, requestId: null },
    },
  )
  seen.secrets.push(secret)
  // No budget ends a test that is not about budgets.
  await setBudgets(running, accountId, 1_000_000, null)
  const api = clientOf(running.url, { authorization: `Bearer ${secret}` }, seen)
  return { accountId, adminId: userId, email, key: secret, api }
}

async function setBudgets(
  { engine }: Running,
  accountId: string,
  requests: number | null,
  records: number | null,
): Promise<void> {
  await engine.transaction((tx) =>
    tx
      .updateTable('account_settings')
      .set({ requests_per_minute: requests, records_per_minute: records })
      .where('account_id', '=', accountId)
      .execute(),
  )
}

async function cookieOf(url: string, email: string): Promise<Record<string, string>> {
  const person = personAt(url)
  const { status } = await person.request('POST', '/api/auth/sign-in/email', { email, password })
  assert.equal(status, 200)
  return { cookie: person.cookie() }
}

const uncounted = new Set(['rate_budgets', 'api_key_days', 'sessions', 'outgoing_mails', 'sign_in_attempts'])

async function rowCounts({ engine, publisher }: Running): Promise<Record<string, number>> {
  // What was written before has its events by then.
  await publisher.publishAll()
  const counting = countings.get(engine) ?? (await countingOf(engine))
  countings.set(engine, counting)
  const { rows } = await counting.execute(engine.reader)
  return { ...rows[0] }
}

/** The tables stay as they are while a server runs, and are counted thousands of times. */
const countings = new WeakMap<Running['engine'], RawBuilder<Record<string, number>>>()

async function countingOf(engine: Running['engine']): Promise<RawBuilder<Record<string, number>>> {
  const tables =
    engine.dialect === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_master where type = 'table' order by name`
      : sql<{ name: string }>`select table_name as name from information_schema.tables
          where table_schema = 'public' order by table_name`
  const names = (await tables.execute(engine.reader)).rows.map(({ name }) => name)
  const counted = names.filter((name) => !uncounted.has(name))
  const counts = counted.map((name) => sql`(select count(*) from ${sql.table(name)}) as ${sql.ref(name)}`)
  return sql<Record<string, number>>`select ${sql.join(counts)}`
}

async function changesOf({ engine }: Running, company: Company, since: number): Promise<LoggedChange[]> {
  const rows = await engine.reader
    .selectFrom('changes')
    .select(['resource', 'record_id', 'action', 'actor_kind', 'actor_id', 'request_id', 'changed'])
    .where('account_id', '=', company.accountId)
    .orderBy('id')
    .execute()
  return rows.slice(since).map((row) => ({ ...row, changed: JSON.parse(row.changed) }))
}
