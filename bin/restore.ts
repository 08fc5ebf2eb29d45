import { type Restored, restore as restoreInto } from '../server/backup/restore.ts'
import { readConfig } from '../server/config.ts'
import { openBackup } from './backup-input.ts'
import { summaryOf, tellFiles } from './backup-summary.ts'
import type { RestoreCommand } from './command.ts'
import { untilInterrupted } from './until-interrupted.ts'

/** Puts a backup into the empty directory or database that the configuration names. */
export async function restore(command: RestoreCommand, env: NodeJS.ProcessEnv): Promise<number> {
  const { place, withoutSecret, json } = command
  const config = readConfig(env)
  const { input, progress } = openBackup(place, 'Restoring')
  const began = performance.now()
  const restored = await untilInterrupted((signal) => restoreInto({ config, input, withoutSecret, signal }))
  progress.end()
  const seconds = (performance.now() - began) / 1000
  const where = config.databaseUrl ? 'the database of DATABASE_URL' : config.dataDirectory
  if (json)
    console.log(JSON.stringify({ ...summaryOf(restored), unreadable_secrets: restored.unreadable, seconds }))
  else console.log(told(restored, where, seconds))
  return 0
}

function told(restored: Restored, where: string, seconds: number): string {
  const { header, unreadable } = restored
  const { rows } = summaryOf(restored)
  return [
    `All ${rows.toLocaleString('en-US')} rows of ${header.taken_at} are in ${where}, after ${seconds.toFixed(1)} s. Latchkey can be started.`,
    ...tellFiles(restored),
    ...(header.has_files
      ? []
      : [
          'Uploaded files are not in this backup: what FILES_URL or the data directory has is used as it is.',
        ]),
    ...(unreadable > 0
      ? [
          `The secret here does not open ${unreadable} ${unreadable === 1 ? 'key or secret' : 'keys and secrets'} of webhooks: keys still open the API, but are never shown again.`,
        ]
      : []),
    'Everybody signs in anew. What was revoked, rotated or removed after that moment works again: look through keys and people.',
    'What waited to be sent at that moment is sent as soon as Latchkey starts: mails, texts and webhooks.',
  ].join('\n')
}
