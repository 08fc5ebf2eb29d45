import { type Kysely, type Migration, Migrator, sql } from 'kysely'
import { place, placementIn } from './distribution/distribute.ts'
import { newTableIn } from './distribution/new-tables.ts'
import { readDistribution } from './distribution/state.ts'
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
 * Brings the schema up to date. The new tables of a distributed database are distributed with it.
 * @returns the names of the migrations that it ran
 * @throws StorageError when the database was written by a newer Latchkey, or when a migration fails.
 */
export async function migrate(
  database: Kysely<Tables>,
  dialect: Dialect,
  { upTo, isInTransaction }: MigrateOptions = {},
): Promise<string[]> {
  refuseNewer(await appliedMigrations(database, dialect))
  const isDistributed = dialect === 'postgres' && (await readDistribution(database))?.isDistributed === true
  const run = isDistributed ? eachDistributed : dialect === 'postgres' ? together : each
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: async () => forDialect(dialect, run) },
    migrationTableName: 'schema_migrations',
    migrationLockTableName: 'schema_migrations_lock',
    disableTransactions: isInTransaction ?? false,
  })
  const migrated = upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo)
  const { error, results = [] } = await migrated
  if (error) throw error
  return results.map(({ migrationName }) => migrationName)
}

/** Runs the statements of one migration in their order. */
type Run = (statements: readonly string[], database: Kysely<Tables>) => Promise<void>

/** @throws StorageError when this program does not know one of the migrations that were run. */
export function refuseNewer(applied: readonly string[]): void {
  const unknown = applied.filter((name) => !(name in migrations))
  if (unknown.length === 0) return
  throw new StorageError(
    `This data was written by a newer Latchkey (${unknown.toSorted().join(', ')}). Install that version or a later one; this one leaves the data untouched.`,
  )
}

function forDialect(dialect: Dialect, run: Run): Record<string, Migration> {
  const entries = Object.entries(migrations).map(([name, text]): [string, Migration] => [
    name,
    {
      up: (database) => run(statements(text, dialect), database),
    },
  ])
  return Object.fromEntries(entries)
}

const each: Run = async (statements, database) => {
  for (const statement of statements) await sql.raw(statement).execute(database)
}

/** All at once: waiting for the answer of each of some four hundred makes a first start longer. */
const together: Run = (statements, database) => each([statements.join(';\n')], database)

/** A new table is put where it belongs before it points to others, which may lie elsewhere than it is made. */
const eachDistributed: Run = async (statements, database) => {
  // Otherwise what is altered on all workers at once could not be altered again in the same transaction.
  await sql`set local citus.multi_shard_modify_mode = 'sequential'`.execute(database)
  for (const statement of statements) {
    const table = newTableIn(statement)
    await each([table?.create ?? statement], database)
    if (!table) continue
    const belongs = await placementIn(database, table.name)
    if (belongs) await place(database, table.name, belongs)
    await each(table.foreignKeys, database)
  }
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
