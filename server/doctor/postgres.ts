import { type Kysely, sql } from 'kysely'
import { poolSize } from '../storage/postgres.ts'
import type { Tables } from '../storage/tables.ts'
import { type Findings, findingsOf, someOf } from './finding.ts'

const [oldest, newest] = [15, 18]
const needed = ['btree_gin', 'pg_trgm']

/** The server behind DATABASE_URL: version, settings that data depends on, room for connections, indexes. */
export async function checkPostgres(reader: Kysely<Tables>, url: string): Promise<Findings> {
  return [
    ...(await checkVersion(reader)),
    ...(await checkEncoding(reader)),
    ...(await checkExtensions(reader)),
    ...(await checkDurability(reader)),
    ...(await checkConnections(reader, url)),
    ...(await checkIndexes(reader)),
  ]
}

async function checkVersion(reader: Kysely<Tables>): Promise<Findings> {
  const { ok, warning, problem } = findingsOf('version')
  const version = await setting(reader, 'server_version')
  const major = Number.parseInt(version, 10)
  if (major < oldest) {
    return [problem(`PostgreSQL ${version} is too old`, `Update it to one of ${oldest} to ${newest}`)]
  }
  if (major > newest) {
    return [warning(`PostgreSQL ${version} is newer than what it was tested with`, `Use one up to ${newest}`)]
  }
  return [ok(`PostgreSQL ${version}`)]
}

async function checkEncoding(reader: Kysely<Tables>): Promise<Findings> {
  const { ok, problem } = findingsOf('encoding')
  const encoding = await setting(reader, 'server_encoding')
  if (encoding !== 'UTF8') {
    const todo = "Make a database with encoding 'UTF8' and restore a backup into it"
    return [problem(`The database keeps text as ${encoding}, which cannot hold every name`, todo)]
  }
  const { rows } = await sql<{ name: string }>`
    select c.relname || '.' || a.attname as name
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_collation l on l.oid = a.attcollation
    where c.relkind = 'r' and c.relnamespace = to_regnamespace(current_schema())
      and a.attnum > 0 and not a.attisdropped and l.collname <> 'C'
      and c.relname not like 'schema_migrations%' order by 1`.execute(reader)
  if (rows.length === 0) return [ok('UTF8, and text compares by bytes')]
  const names = rows.map(({ name }) => name)
  return [
    problem(
      `Text does not compare by bytes in ${someOf(names)}, so pages of a list may miss records`,
      'alter table … alter column … type text collate "C"',
    ),
  ]
}

async function checkExtensions(reader: Kysely<Tables>): Promise<Findings> {
  const { ok, problem } = findingsOf('extensions')
  const { rows } = await sql<{ extname: string }>`select extname from pg_extension`.execute(reader)
  const missing = needed.filter((name) => !rows.some(({ extname }) => extname === name))
  if (missing.length === 0) return [ok(needed.join(', '))]
  const todo = missing.map((name) => `create extension ${name}`).join('; ')
  return [problem(`${missing.join(', ')} are missing, without which searches read every row`, todo)]
}

/** What would let the database forget what it has confirmed. */
async function checkDurability(reader: Kysely<Tables>): Promise<Findings> {
  const { ok, problem } = findingsOf('durability')
  const off: string[] = []
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    if ((await setting(reader, name)) === 'off') off.push(name)
  }
  if (off.length === 0) return [ok('What is confirmed is on the disk')]
  return [problem(`${off.join(', ')} is off: a power cut loses what was confirmed`, 'Turn it on')]
}

/** Each process may open `poolSize` connections. */
async function checkConnections(reader: Kysely<Tables>, url: string): Promise<Findings> {
  const { ok, warning } = findingsOf('connections')
  const { rows } = await sql<{ port: number | null; used: number }>`
    select inet_server_port() as port,
      (select count(*) from pg_stat_activity where backend_type = 'client backend') as used`.execute(reader)
  const most = Number(await setting(reader, 'max_connections'))
  const [row] = rows
  const given = Number(new URL(url).port || 5_432)
  // Over a socket there is no port, and nothing between.
  const port = row?.port ?? given
  const between =
    given === port
      ? ''
      : '; something stands between, such as a pooler, which may be in transaction mode: no session is relied on'
  const says = `${row?.used} of ${most} are open, and each process opens up to ${poolSize}${between}`
  if (most - Number(row?.used) >= poolSize) return [ok(says)]
  return [warning(says, 'Raise max_connections, or put PgBouncer in transaction mode in front')]
}

async function checkIndexes(reader: Kysely<Tables>): Promise<Findings> {
  const { ok, problem } = findingsOf('indexes')
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = to_regnamespace(current_schema()) and not (i.indisvalid and i.indisready)
  `.execute(reader)
  if (rows.length === 0) return [ok('All are valid')]
  const names = rows.map(({ name }) => name)
  return [problem(`${someOf(names)} cannot be used`, names.map((name) => `reindex index ${name}`).join('; '))]
}

async function setting(reader: Kysely<Tables>, name: string): Promise<string> {
  const { rows } = await sql<{ value: string }>`select current_setting(${name}) as value`.execute(reader)
  return rows[0]?.value ?? ''
}
