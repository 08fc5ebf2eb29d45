/**
 * What `npm test` runs: every `*.test.ts` of the project, or those of the paths given, against one PostgreSQL.
 *
 *     node test/run.ts [paths or globs] [--test-name-pattern=…] [--test-skip-pattern=…] [--test-concurrency=2]
 */
import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { openEngine } from '../server/storage/open.ts'
import { createTemplate, startPostgres, type TestServer } from './support/postgres.ts'

const project = join(import.meta.dirname, '..')
const folders = ['server', 'bin', 'web', 'test', 'scripts', 'bench']
/** By far the longest: begun last, it would run alone for minutes. */
const longest = join('test', 'fuzz', 'fuzz.test.ts')
/** What a test does to its process, and another in the same one would notice. */
const changesProcess = /\bmock\.(timers|method)\b|process\.(env|on|chdir|exit)\b|diagnostics_channel/

/** By far the largest group; in one process, it would run alone at the end. */
const largest = 'api'

const memory = '/dev/shm'

const plainPromises = pathToFileURL(join(import.meta.dirname, 'support', 'plain-promises.ts')).href

const reporters = [
  '--test-reporter=spec',
  '--test-reporter-destination=stdout',
  `--test-reporter=${pathToFileURL(join(import.meta.dirname, 'support', 'no-test-ran.ts')).href}`,
  '--test-reporter-destination=stderr',
]

const { values: options, positionals: paths } = parseArgs({
  allowPositionals: true,
  options: {
    'test-name-pattern': { type: 'string', multiple: true },
    'test-skip-pattern': { type: 'string', multiple: true },
    'test-concurrency': { type: 'string' },
  },
})

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interruption.abort(signal))

process.exitCode = await main()

async function main(): Promise<number> {
  const files = findTests(paths)
  if (files.length === 0) return fail(`No test file found in ${paths.join(', ') || folders.join(', ')}.`)
  forgetSurroundings(process.env)
  // Every test file is a process of its own; what it loads is compiled once for all of them.
  process.env.NODE_COMPILE_CACHE ??= join(project, 'node_modules', '.cache', 'compiled')
  if (hasRoom(memory)) process.env.TMPDIR ??= memory
  const server = await providePostgres()
  if (server instanceof Error) return fail(server.message)
  try {
    const template = await provideTemplate()
    const code = interruption.signal.aborted ? 130 : await runTests(files)
    await template.drop()
    return code
  } finally {
    await server?.stop()
  }
}

/** Where files are in memory: tests write durably, and need not wait for a disk. */
function hasRoom(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize >= 4 * 1024 ** 3
  } catch {
    return false
  }
}

/** A database with all tables, which every test copies: that takes a fifth of the time of making them. */
async function provideTemplate() {
  const template = await createTemplate(async (url) => {
    const engine = await openEngine({ dataDirectory: '', databaseUrl: url })
    await engine.close()
  })
  process.env.TEST_DATABASE_TEMPLATE = template.name
  return template
}

/**
 * Runs them in a process group of their own, so that all of it can be ended at once: a test that hangs takes
 * no notice of a polite signal.
 */
async function runTests(files: string[]): Promise<number> {
  const flags = ['--import', plainPromises, '--test', ...reporters, ...passedOn()]
  const child = spawn(process.execPath, [...flags, ...files], {
    cwd: project,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const end = (signal: NodeJS.Signals) => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, signal)
    } catch {
      // Nobody of the group is left.
    }
  }
  interruption.signal.addEventListener('abort', () => {
    end('SIGINT')
    setTimeout(() => end('SIGKILL'), 3_000).unref()
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  end('SIGKILL')
  return interruption.signal.aborted ? fail(`Stopped by ${interruption.signal.reason}.`, 130) : (code ?? 1)
}

function passedOn(): string[] {
  const concurrency = options['test-concurrency'] ?? Math.max(2, availableParallelism())
  return [
    `--test-concurrency=${concurrency}`,
    ...(options['test-name-pattern'] ?? []).map((pattern) => `--test-name-pattern=${pattern}`),
    ...(options['test-skip-pattern'] ?? []).map((pattern) => `--test-skip-pattern=${pattern}`),
  ]
}

/** Files, folders and globs, from where the command was given; without any, the whole project. */
function findTests(wanted: string[]): string[] {
  const patterns =
    wanted.length > 0 ? wanted.map(patternOf) : folders.map((folder) => join(project, folder, '**/*.test.ts'))
  const found = globSync(patterns, { exclude: (path) => path.split('/').includes('node_modules') })
  const files = [...new Set(found.map((file) => relative(project, resolve(file))))].sort()
  return inOrder(inGroups(files.filter((file) => file !== longest)).concat(files.filter(isLongest)))
}

/**
 * Every process loads and compiles the server anew, which takes longer than most files do: those of a folder share
 * one, and so do all that start the server by `startApi`.
 */
function inGroups(files: readonly string[]): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-groups-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const all = Map.groupBy(files, groupOf)
  const [one = [], other = []] = halvesOf(all.get(largest) ?? [])
  all.delete(largest)
  return [...all, [`${largest}-1`, one] as const, [`${largest}-2`, other] as const].flatMap(
    ([name, members]) => {
      if (name === null || members.length < 2) return members
      const group = join(directory, `${name}.js`)
      writeFileSync(
        group,
        members.map((file) => `await import(${JSON.stringify(join(project, file))})\n`).join(''),
      )
      return group
    },
  )
}

/** In turn, the longest texts first: about as much work on both sides. */
function halvesOf(files: readonly string[]): [string[], string[]] {
  const bySize = files.toSorted(
    (a, b) => statSync(join(project, b)).size - statSync(join(project, a)).size || a.localeCompare(b),
  )
  return [
    bySize.filter((_, at) => at % 4 === 0 || at % 4 === 3),
    bySize.filter((_, at) => at % 4 === 1 || at % 4 === 2),
  ]
}

/** Which tests it may run with; null for one that needs a process of its own. */
function groupOf(file: string): string | null {
  const text = readFileSync(join(project, file), 'utf8')
  if (/^import .*startApi.* from/m.test(text)) return largest
  const [folder = '', part] = file.split(sep)
  if (folder === 'test' || changesProcess.test(text)) return null
  return folder === 'server' ? `${folder}-${part}` : folder
}

/** Node's runner sorts what it is given, so what is to begin needs a name that comes before the others. */
function inOrder(files: string[]): string[] {
  return files.map((file) => (isLongest(file) ? join(project, file) : file))
}

function isLongest(file: string): boolean {
  return file === longest
}

function patternOf(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, '**/*.test.ts') : path
}

/** A test tells the server all that it needs to know; what the developer has set must not reach it. */
function forgetSurroundings(env: NodeJS.ProcessEnv): void {
  const names = [
    ...['DATABASE_URL', 'FILES_URL', 'FILES_MAX_BYTES', 'SMTP_URL', 'MAIL_FROM', 'TEXTS_URL'],
    ...['PUBLIC_URL', 'PORT', 'HOST', 'STOP_DELAY', 'STOP_TIMEOUT'],
    ...['METRICS_TOKEN', 'METRICS_PORT', 'METRICS_HOST'],
  ]
  for (const name of Object.keys(env))
    if (name.startsWith('LATCHKEY_') || names.includes(name)) delete env[name]
}

/** None is started where TEST_DATABASE_URL names one. */
async function providePostgres(): Promise<TestServer | Error | undefined> {
  if (process.env.TEST_DATABASE_URL) return undefined
  try {
    const server = await startPostgres()
    process.env.TEST_DATABASE_URL = server.url
    return server
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function fail(sentence: string, code = 1): number {
  process.stderr.write(`${sentence}\n`)
  return code
}
