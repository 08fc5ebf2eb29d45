import type { Config } from '../config.ts'
import { openPostgresSnapshot } from './postgres-snapshot.ts'
import { openPostgresTarget } from './postgres-target.ts'
import type { Snapshot } from './snapshot.ts'
import { openSqliteSnapshot } from './sqlite-snapshot.ts'
import { openSqliteTarget } from './sqlite-target.ts'
import type { Target } from './target.ts'

/** @throws StorageError or BackupError when there is no database, or it cannot be read */
export function openSnapshot(config: Pick<Config, 'dataDirectory' | 'databaseUrl'>): Promise<Snapshot> {
  return config.databaseUrl
    ? openPostgresSnapshot(config.databaseUrl)
    : openSqliteSnapshot(config.dataDirectory)
}

/** @throws StorageError or BackupError where there is something already, or the place cannot be used */
export function openTarget(config: Pick<Config, 'dataDirectory' | 'databaseUrl'>): Promise<Target> {
  return config.databaseUrl ? openPostgresTarget(config.databaseUrl) : openSqliteTarget(config.dataDirectory)
}
