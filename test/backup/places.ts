import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, readConfig } from '../../server/config.ts'
import type { EngineName, OpenEngine } from '../support/engines.ts'
import { createDatabase } from '../support/postgres.ts'

/** The configuration of an installation, as its environment would give it. */
export function configOf(
  { url, directory }: Pick<OpenEngine, 'url' | 'directory'>,
  settings: Record<string, string> = {},
): Config {
  return readConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
    LATCHKEY_DATA: directory,
    ...(url ? { DATABASE_URL: url } : {}),
    ...settings,
  })
}

/**
 * A place to restore into that has nothing yet, not even tables.
 * @param secretOf the data directory whose secret it gets
 */
export async function emptyPlace(name: EngineName, secretOf?: string): Promise<OpenEngine> {
  const database = name === 'postgres' ? await createDatabase() : null
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-restore-'))
  if (secretOf) await copyFile(join(secretOf, 'secret'), join(directory, 'secret'))
  return {
    url: database?.url ?? null,
    directory,
    async close() {
      await database?.drop()
      await rm(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
