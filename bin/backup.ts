import { backUp, type Made } from '../server/backup/backup.ts'
import { check } from '../server/backup/check.ts'
import { openDestination } from '../server/backup/destination.ts'
import { readConfig } from '../server/config.ts'
import { openBackup } from './backup-input.ts'
import { summaryOf, tellFiles } from './backup-summary.ts'
import type { BackupCommand } from './command.ts'
import { showProgress } from './progress.ts'
import { untilInterrupted } from './until-interrupted.ts'

/** Uploaded files are missing from a backup that is whole otherwise. */
const exitIncomplete = 3

/**
 * Makes a backup beside the server, or checks one. Only what the operator asked for goes to standard output.
 * @returns the exit code: 3 when the backup was made and uploaded files are missing from it
 */
export async function backup(command: BackupCommand, env: NodeJS.ProcessEnv): Promise<number> {
  return untilInterrupted((signal) =>
    command.check ? checkOne(command, signal) : make(command, env, signal),
  )
}

async function make(
  { place, withFiles, json }: BackupCommand,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<number> {
  const config = readConfig(env)
  const began = performance.now()
  const destination = await openDestination(place, { now: new Date() })
  const progress = showProgress('Copying the database')
  const options = { config, destination, withFiles, signal, progress: progress.at }
  const made = await backUp(options)
  progress.end()
  const seconds = (performance.now() - began) / 1000
  if (json) console.log(JSON.stringify({ path: destination.path, ...summaryOf(made), seconds }))
  else console.error(told(made, destination.path, seconds))
  return made.end.missing_files > 0 ? exitIncomplete : 0
}

function told(made: Made, path: string | null, seconds: number): string {
  const { rows } = summaryOf(made)
  const { has_files, sealing_key_id, taken_at } = made.header
  return [
    `${path ?? 'The backup'} holds all ${rows.toLocaleString('en-US')} rows as they were at ${taken_at}, copied in ${seconds.toFixed(1)} s.`,
    ...tellFiles(made),
    ...(has_files ? [] : ['Uploaded files are not in it: their storage needs a backup of its own.']),
    ...(sealing_key_id
      ? [
          `The secret is not in it. Keep LATCHKEY_SECRET, or the file "secret" of the data directory, somewhere else: its mark is ${sealing_key_id}.`,
        ]
      : []),
  ].join('\n')
}

async function checkOne({ place, json }: BackupCommand, signal: AbortSignal): Promise<number> {
  const { input, progress } = openBackup(place, 'Reading the backup')
  const made = await check(input, signal)
  progress.end()
  const { rows } = summaryOf(made)
  const { taken_at, latchkey, engine } = made.header
  if (json) console.log(JSON.stringify({ path: place, ...summaryOf(made) }))
  else {
    console.log(
      [
        `It is whole: ${rows.toLocaleString('en-US')} rows as they were at ${taken_at}, from Latchkey ${latchkey} on ${engine}.`,
        ...tellFiles(made),
      ].join('\n'),
    )
  }
  return 0
}
