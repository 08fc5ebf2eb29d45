import type { Config } from '../server/config.ts'
import { describe } from '../server/storage/distribution/distribute.ts'
import { migrateAndDistribute } from '../server/storage/distribution/migrate-and-distribute.ts'
import { openEngine } from '../server/storage/open.ts'
import type { MigrateCommand } from './command.ts'
import { CommandError } from './failure.ts'

/**
 * Brings the schema up to date, as every start does, and says what it did. With `distribute` it also spreads the
 * tables over the workers of a Citus cluster, or goes on where that stopped.
 * @throws StorageError, CommandError with what is missing
 */
export async function migrate(
  config: Config,
  { distribute }: Pick<MigrateCommand, 'distribute'>,
  print: (line: string) => void = console.log,
): Promise<void> {
  if (!distribute) {
    const engine = await openEngine(config)
    tellMigrated(engine.migrated, print)
    if (engine.isDistributed)
      print('Its tables are distributed over the workers of Citus, new ones included.')
    await engine.close()
    return
  }
  if (!config.databaseUrl)
    throw new CommandError(
      'Only a PostgreSQL with Citus can be distributed: set DATABASE_URL to the database on its coordinator.',
    )
  const done = await migrateAndDistribute(config.databaseUrl, (table, belongs) =>
    print(`${table}: ${describe(belongs)}`),
  )
  tellMigrated(done.migrated, print)
  print(
    done.moved.length === 0 && done.foreignKeys === 0
      ? 'Every table is where it belongs already.'
      : `Put ${done.moved.length} tables where they belong, and gave back ${done.foreignKeys} foreign keys.`,
  )
}

function tellMigrated(names: readonly string[], print: (line: string) => void): void {
  if (names.length === 0) print('The schema is up to date already.')
  else print(`Brought the schema up to date by ${names.length} migrations: ${names.join(', ')}`)
}
