import { parseArgs } from 'node:util'
import { defaultTasks, mostAccounts, mostTasks } from '../server/demo/sizes.ts'

/** What was asked for. `settings` go over the environment variables of the same names. */
export type Command =
  | { name: 'help' | 'version' }
  | ServeCommand
  | DemoCommand
  | ResetLinkCommand
  | KeyAccessCommand
  | MigrateCommand
  | DoctorCommand
  | BackupCommand
  | RestoreCommand
  | { name: 'find-keys'; places: readonly string[] }

export interface ServeCommand {
  name: 'serve'
  settings: Settings
  /** Build the web app when it is missing or older than its sources. */
  build: boolean
}

export interface ResetLinkCommand {
  name: 'reset-link'
  email: string
  settings: Settings
  /** Turn the second factor off as well, because it was lost. */
  withoutSecondFactor: boolean
}

export interface DemoCommand {
  name: 'demo'
  settings: Settings
  build: boolean
  json: boolean
  seed: number
  tasks: number
  accounts: number
}

export interface KeyAccessCommand {
  name: 'key-access'
  /** The id or the last four characters of a key; null to list all. */
  key: string | null
  fromAnywhere: boolean
  enable: boolean
  settings: Settings
}

export interface MigrateCommand {
  name: 'migrate'
  /** Spread the tables over the workers of a Citus cluster as well. */
  distribute: boolean
  settings: Settings
}

export interface DoctorCommand {
  name: 'doctor'
  /** Look at every row, and not at a sample. */
  full: boolean
  json: boolean
  settings: Settings
}

export interface BackupCommand {
  name: 'backup'
  /** A file, a folder, or `-` for standard output; with `check`, the file or `-` for standard input. */
  place: string
  /** Only see whether the backup at `place` is whole. */
  check: boolean
  withFiles: boolean
  json: boolean
  settings: Settings
}

export interface RestoreCommand {
  name: 'restore'
  /** A file, or `-` for standard input. */
  place: string
  withoutSecret: boolean
  json: boolean
  settings: Settings
}

export type Settings = Readonly<Record<string, string>>

/** A command line that cannot be understood. Its message is one sentence. */
export class UsageError extends Error {}

export const usage = `Latchkey: a server for property-management companies, with a REST API that one key opens

  latchkey serve               serve the company in the data directory; this is the default
  latchkey demo                serve a made-up company, which the first run fills with two years up to yesterday
  latchkey reset-link <email>  print a link that sets a new password for somebody
  latchkey key-access [<key>]  list the keys and where they may be used from; lift what locks one out
  latchkey migrate             bring the schema of the database up to date, as every start does, and say what was done
  latchkey doctor              check the settings, the database and the data; the server may run meanwhile
  latchkey backup <file>       copy everything but the secret into one file, while the server runs; a folder gets a
                               file named by the time, - is standard output
  latchkey restore <file>      put a backup into an empty data directory or database; - is standard input
  latchkey find-keys <path> …  print where Latchkey keys stand in files and folders; - is standard input
  latchkey help                print this
  latchkey version             print the version

  --data <directory>   where the data is kept; instead of LATCHKEY_DATA (data, and for the demo data/demo)
  --port <number>      serve, demo: instead of PORT (3000); 0 takes a free one
  --host <name>        serve, demo: instead of HOST (localhost); 0.0.0.0 for every network
  --no-build           serve, demo: take the server and the web app as they were built last
  --seed <number>      demo: another company (1)
  --tasks <number>     demo: how large, by the tasks it would have (${defaultTasks}: about 120 doors)
  --accounts <number>  demo: how many companies (1); the others have the records of the first, and not its history
  --from-anywhere      key-access: let the key be used from every address again
  --enable             key-access: switch the key on again
  --turn-off-two-factor
                       reset-link: for somebody who lost their phone and their recovery codes
  --distribute         migrate: spread the tables over the workers of a Citus cluster (docs/scaling.md)
  --full               doctor: look at every row, and not at a sample
  --check              backup: only see whether the backup <file> is whole
  --without-files      backup: leave out the bytes of uploaded files, as where they lie in a bucket
  --without-secret     restore: go on although the secret that opens the keys is not there
  --json               demo: print address, sign-ins and key as one line of JSON; doctor, backup, restore: what
                       was found or done`

/**
 * Reads the arguments after the program's name.
 * @throws UsageError
 */
export function readCommand(args: readonly string[]): Command {
  const [first = 'serve'] = args
  const isNamed = !first.startsWith('-')
  if (['help', '--help', '-h'].includes(first) || args.includes('--help') || args.includes('-h')) {
    return { name: 'help' }
  }
  if (['version', '--version', '-v'].includes(first)) return { name: 'version' }
  const name = isNamed ? first : 'serve'
  const { options, words } = read(name, isNamed ? args.slice(1) : [...args])
  const settings = settingsFrom(options)
  if (name === 'find-keys') {
    if (words.length === 0) throw new UsageError('Say where: latchkey find-keys . or latchkey find-keys -')
    return { name, places: words }
  }
  const [word, ...others] = words
  const unused = takeOneWord.includes(name) ? others[0] : word
  if (unused !== undefined) throw new UsageError(`"${unused}" is one word too many after "latchkey ${name}".`)
  if (name === 'reset-link') {
    if (word === undefined) throw new UsageError('Say whose: latchkey reset-link somebody@example.com')
    return { name, email: word, settings, withoutSecondFactor: options.has('turn-off-two-factor') }
  }
  if (name === 'key-access') return keyAccessCommand(word ?? null, options, settings)
  if (name === 'migrate') return { name, distribute: options.has('distribute'), settings }
  if (name === 'doctor') return { name, full: options.has('full'), json: options.has('json'), settings }
  if (name === 'backup') return backupCommand(word, options, settings)
  if (name === 'restore') {
    if (word === undefined)
      throw new UsageError('Say which: latchkey restore backups/some.backup or latchkey restore -')
    const [withoutSecret, json] = [options.has('without-secret'), options.has('json')]
    return { name, place: word, withoutSecret, json, settings }
  }
  const build = !options.has('no-build')
  if (name === 'serve') return { name, settings, build }
  const seed = wholeNumber(options, 'seed', 0, 4_294_967_295) ?? 1
  const tasks = wholeNumber(options, 'tasks', 1, mostTasks) ?? defaultTasks
  const accounts = wholeNumber(options, 'accounts', 1, mostAccounts) ?? 1
  return { name: 'demo', settings, build, json: options.has('json'), seed, tasks, accounts }
}

function keyAccessCommand(key: string | null, options: Options, settings: Settings): KeyAccessCommand {
  const [fromAnywhere, enable] = [options.has('from-anywhere'), options.has('enable')]
  const isChange = fromAnywhere || enable
  if (key === null && isChange) {
    throw new UsageError(
      'Say which key, by its id or its last four characters: latchkey key-access lists them.',
    )
  }
  if (key !== null && !isChange) throw new UsageError('Say what to lift: --from-anywhere, --enable or both.')
  return { name: 'key-access', key, fromAnywhere, enable, settings }
}

function backupCommand(place: string | undefined, options: Options, settings: Settings): BackupCommand {
  if (place === undefined)
    throw new UsageError(
      'Say where: latchkey backup backups/ or latchkey backup some.backup or latchkey backup -',
    )
  const [check, json] = [options.has('check'), options.has('json')]
  if (json && place === '-' && !check)
    throw new UsageError('--json goes to standard output, where the backup goes as well.')
  return { name: 'backup', place, check, withFiles: !options.has('without-files'), json, settings }
}

const takeOneWord = ['reset-link', 'key-access', 'backup', 'restore']

const place = ['data', 'port', 'host']
const known: Readonly<Record<string, { values: string[]; switches: string[] }>> = {
  serve: { values: place, switches: ['no-build'] },
  demo: { values: [...place, 'seed', 'tasks', 'accounts'], switches: ['no-build', 'json'] },
  'key-access': { values: ['data'], switches: ['from-anywhere', 'enable'] },
  'reset-link': { values: ['data'], switches: ['turn-off-two-factor'] },
  migrate: { values: ['data'], switches: ['distribute'] },
  doctor: { values: ['data'], switches: ['full', 'json'] },
  backup: { values: ['data'], switches: ['check', 'without-files', 'json'] },
  restore: { values: ['data'], switches: ['without-secret', 'json'] },
  'find-keys': { values: [], switches: [] },
}

type Options = ReadonlyMap<string, string>

function read(name: string, args: string[]): { options: Options; words: string[] } {
  const command = Object.hasOwn(known, name) ? known[name] : undefined
  if (!command) throw new UsageError(`"${name}" is no command of Latchkey; "latchkey help" lists them.`)
  const types = [
    ...command.values.map((option) => [option, { type: 'string' }] as const),
    ...command.switches.map((option) => [option, { type: 'boolean' }] as const),
  ]
  const { tokens } = parseArgs({ args, options: Object.fromEntries(types), strict: false, tokens: true })
  const options = new Map<string, string>()
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    if (!types.some(([option]) => option === token.name)) {
      throw new UsageError(
        `"${token.rawName}" is no option of "latchkey ${name}"; "latchkey help" lists them.`,
      )
    }
    options.set(token.name, optionValue(command, token.name, token.value))
  }
  return { options, words }
}

function optionValue(command: { values: string[] }, name: string, value: string | undefined): string {
  const takesValue = command.values.includes(name)
  if (takesValue && (value === undefined || value === '' || value.startsWith('--'))) {
    throw new UsageError(`--${name} needs a value.`)
  }
  if (!takesValue && value !== undefined) throw new UsageError(`--${name} takes no value.`)
  return value ?? ''
}

function settingsFrom(options: Options): Settings {
  const settings: Record<string, string> = {}
  const port = wholeNumber(options, 'port', 0, 65_535)
  const host = options.get('host')
  const data = options.get('data')
  if (port !== null) settings.PORT = String(port)
  if (host !== undefined) settings.HOST = host
  if (data !== undefined) settings.LATCHKEY_DATA = data
  return settings
}

function wholeNumber(options: Options, name: string, least: number, most: number): number | null {
  const text = options.get(name)
  if (text === undefined) return null
  const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new UsageError(`--${name} is "${text}"; it must be a whole number from ${least} to ${most}.`)
}
