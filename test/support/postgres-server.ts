/**
 * The process that keeps the test PostgreSQL: forked by postgres.ts, it reports the address over IPC and
 * ends the server when the channel closes. A channel closes with its process, also on SIGKILL, so
 * no way of ending the tests leaves a server behind.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Account, findAccount, findBinaries } from './postgres-binaries.ts'

export type ServerMessage = { url: string } | { ended: string } | { failed: string }

/** What is done to it while it runs: ended as a crash does, or in order, or started again on the same port. */
export type ServerCommand = 'kill' | 'shut down' | 'start'

export interface ServerOptions {
  /** Whether a commit waits for the disk, as it does in production and tests can do without. */
  isDurable?: true
  /** Over those below. */
  settings?: Readonly<Record<string, string>>
  /** Further arguments of initdb. */
  initdb?: readonly string[]
}

const user = 'latchkey'
const password = randomBytes(24).toString('base64url')

const options: ServerOptions = JSON.parse(process.argv[2] ?? '{}')

// The data is thrown away, so nothing is spent on surviving a power cut.
const careless = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
}

/** No socket file, one address only. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  ...(options.isDurable ? {} : careless),
  ...options.settings,
}

const parting = new AbortController()
process.once('disconnect', () => parting.abort())
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => parting.abort())

const directory = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'))
try {
  await serve()
} catch (error) {
  if (!parting.signal.aborted)
    await report({ failed: error instanceof Error ? error.message : String(error) })
} finally {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  if (process.connected) process.disconnect?.()
}

async function serve(): Promise<void> {
  const account = findAccount()
  const data = join(directory, 'data')
  mkdirSync(data)
  for (const path of [directory, data]) give(path, account)
  const binaries = findBinaries(account, directory)
  await initialise(binaries.initdb, data, account)

  let server = await listen(binaries.postgres, data, account)
  const url = `postgres://${user}:${password}@127.0.0.1:${server.port}/postgres`
  await report({ url })
  let isExpected = false
  process.on('message', async (command: ServerCommand) => {
    if (command === 'start') {
      try {
        server = await listen(binaries.postgres, data, account, { port: server.port })
      } catch (error) {
        return report({ failed: String(error) })
      }
      isExpected = false
      return report({ url })
    }
    isExpected = true
    server.process.kill(command === 'kill' ? 'SIGKILL' : 'SIGINT')
    await server.exit
    return report({ ended: server.log() })
  })
  const parted = new Promise<'parted'>((resolve) => {
    if (parting.signal.aborted) resolve('parted')
    parting.signal.addEventListener('abort', () => resolve('parted'))
  })
  // Whoever gave options is prepared to see it end, and starts it again.
  const ended = process.argv[2] === undefined ? server.exit : parted
  if ((await Promise.race([parted, ended])) !== 'parted' && !isExpected) {
    process.stderr.write(`PostgreSQL ended while the tests were running:\n${server.log()}\n`)
    return
  }
  // SIGQUIT: immediate shutdown, without the checkpoint that nobody will read.
  server.process.kill('SIGQUIT')
  const impatience = setTimeout(() => server.process.kill('SIGKILL'), 10_000)
  await server.exit
  clearTimeout(impatience)
}

async function initialise(initdb: string, data: string, account: Account): Promise<void> {
  const passwordFile = join(directory, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  give(passwordFile, account)
  // One round of hashing is enough for a random password, and makes connecting cheap.
  const access = ['--auth=scram-sha-256', '--set=scram_iterations=1', `--pwfile=${passwordFile}`]
  const locale = ['--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions']
  const given = options.initdb ?? []
  await promisify(execFile)(
    initdb,
    [`--pgdata=${data}`, `--username=${user}`, ...access, ...locale, ...given],
    {
      ...account,
      cwd: directory,
      env: environment(),
      signal: parting.signal,
    },
  )
}

type Listening = { process: ChildProcess; port: number; exit: Promise<void>; log(): string }

/** A port that was free a moment ago may be taken by now: then the next one is tried. */
async function listen(
  postgres: string,
  data: string,
  account: Account,
  { port: wanted, attempts = 5 }: { port?: number; attempts?: number } = {},
): Promise<Listening> {
  const port = wanted ?? (await freePort())
  const flags = Object.entries({ ...settings, port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const child = spawn(postgres, ['-D', data, ...flags], {
    ...account,
    cwd: directory,
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let log = ''
  const ready = await new Promise<boolean>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => resolve(false))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4_000)
      if (text.includes('ready to accept connections')) resolve(true)
    })
  })
  if (ready) return { process: child, port, exit, log: () => log }
  if (wanted === undefined && attempts > 1 && log.includes('Address already in use'))
    return listen(postgres, data, account, { attempts: attempts - 1 })
  // The processes of one that was killed take a moment to see it.
  if (wanted !== undefined && log.includes('still in use')) {
    await wait(50)
    return listen(postgres, data, account, { port: wanted })
  }
  throw new Error(log.trim() || `${postgres} ended without a word`)
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', resolve)
  })
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1')
  return address.port
}

function give(path: string, account: Account): void {
  if (account.uid !== undefined) chownSync(path, account.uid, account.gid)
}

/** A fixed TZ also spares initdb its search through all time zones. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, TZ: 'UTC', LC_ALL: 'C' }
}

function report(message: ServerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected && process.send) process.send(message, undefined, undefined, () => resolve())
    else resolve()
  })
}
