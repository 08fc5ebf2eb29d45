import { join } from 'node:path'
import type { Config } from '../config.ts'
import { findSecrets } from '../secrets.ts'
import { refuseNewer } from '../storage/migrate.ts'
import { migrations } from '../storage/migrations/index.ts'
import { BackupError, damaged } from './backup-errors.ts'
import type { Header } from './format.ts'
import { isKept } from './tables.ts'

/** @throws BackupError or StorageError when this Latchkey cannot know what the rows mean */
export function requireKnown(header: Header): void {
  refuseNewer(header.migrations)
  const run = Object.keys(migrations).slice(0, header.migrations.length)
  if (run.some((name, at) => header.migrations[at] !== name)) throw damaged('its migrations are not in order')
  const foreign = header.tables.find(({ name }) => !isKept(name))
  if (foreign) throw damaged(`it has rows of ${JSON.stringify(foreign.name)}`)
}

/** @throws BackupError when what is sealed in the backup would stay closed here */
export function requireSecret(
  { sealing_key_id: needed }: Header,
  config: Pick<Config, 'secret' | 'dataDirectory'>,
): void {
  const own = findSecrets(config)
  if (needed === null || own?.sealingKeyId === needed) return
  const file = join(config.dataDirectory, 'secret')
  const there = own
    ? `${config.secret === null ? file : 'LATCHKEY_SECRET'} is another one, with the mark ${own.sealingKeyId}`
    : `there is none: LATCHKEY_SECRET is not set and there is no ${file}`
  throw new BackupError(
    `This backup needs the secret with the mark ${needed}, and ${there}. Set LATCHKEY_SECRET, or copy the file "secret" of the old data directory to ${file}. Where it is lost, --without-secret restores without it: keys still open the API, but are never shown again; webhooks need new secrets; who signs in with a second factor needs latchkey reset-link --turn-off-two-factor.`,
  )
}
