import { type Kysely, type Migration, Migrator, sql } from 'kysely'
import { type Dialect, StorageError } from './engine.ts'
import { migrations } from './migrations/index.ts'
import { statements } from './migrations/statements.ts'
import type { Tables } from './tables.ts'

export interface MigrateOptions {
  /** The last migration to run; without it all are run. */
  upTo?: string
  /** `database` is within a transaction already. */
  isInTransaction?: true
}

/**
 * Brings the schema up to date.
 * @throws StorageError when the database was written by a newer Latchkey, or when a migration fails.
 */
export async function migrate(
  database: Kysely<Tables>,
  dialect: Dialect,
  { upTo, isInTransaction }: MigrateOptions = {},
): Promise<void> {
  refuseNewer(await appliedMigrations(database, dialect))
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: async () => forDialect(dialect) },
    migrationTableName: 'schema_migrations',
    migrationLockTableName: 'schema_migrations_lock',
    disableTransactions: isInTransaction ?? false,
  })
  const { error } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo))
  if (error) throw error
}

/** @throws StorageError when this program does not know one of the migrations that were run. */
export function refuseNewer(applied: readonly string[]): void {
  const unknown = applied.filter((name) => !(name in migrations))
  if (unknown.length === 0) return
  throw new StorageError(
    `This data was written by a newer Latchkey (${unknown.toSorted().join(', ')}). Install that version or a later one; this one leaves the data untouched.`,
  )
}

function forDialect(dialect: Dialect): Record<string, Migration> {
  const entries = Object.entries(migrations).map(([name, text]): [string, Migration] => [
    name,
    {
      async up(database) {
        for (const statement of statements(text, dialect)) await sql.raw(statement).execute(database)
      },
    },
  ])
  return Object.fromEntries(entries)
}

async function appliedMigrations(database: Kysely<Tables>, dialect: Dialect): Promise<string[]> {
  if (!(await hasMigrationTable(database, dialect))) return []
  const { rows } = await sql<{ name: string }>`select name from schema_migrations`.execute(database)
  return rows.map((row) => row.name)
}

async function hasMigrationTable(database: Kysely<Tables>, dialect: Dialect): Promise<boolean> {
  const query =
    dialect === 'sqlite'
      ? sql`select 1 from sqlite_master where type = 'table' and name = 'schema_migrations'`
      : sql`select 1 where to_regclass('schema_migrations') is not null`
  return (await query.execute(database)).rows.length > 0
}
