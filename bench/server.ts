import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** A process that answers. */
export interface Server {
  url: string
  pid: number
  stop(): Promise<void>
}

/** Where a server keeps its data. */
export interface Storage {
  directory: string
  /** Of the PostgreSQL; null for SQLite. */
  url: string | null
}

/** How a process is started, and when it is ready. */
export interface Starting {
  /** The program; the Node of this process where none is named. */
  command?: string
  args: readonly string[]
  env: Record<string, string>
  url: string
  /** What is asked for, until it is answered with `status`. */
  path?: string
  status?: number
  /** A file that takes what it prints. */
  log?: string
}

const launcher = fileURLToPath(new URL('../bin/latchkey.js', import.meta.url))
const everyMs = 3
const patienceMs = 120_000

/**
 * Starts Latchkey as operators do, its log in a file, and resolves at its first answer. `LOG_LEVEL` of the
 * environment counts; the default is that of Latchkey.
 * @param options.runtime another Node to start it with
 */
export async function startServer(storage: Storage, { runtime }: { runtime?: string } = {}): Promise<Server> {
  const port = await freePort()
  return startProcess({
    ...(runtime === undefined ? {} : { command: runtime }),
    args: [launcher, 'serve', '--no-build'],
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      LATCHKEY_DATA: storage.directory,
      ...(storage.url ? { DATABASE_URL: storage.url } : {}),
      ...(process.env.LOG_LEVEL ? { LOG_LEVEL: process.env.LOG_LEVEL } : {}),
    },
    url: `http://127.0.0.1:${port}`,
    path: '/healthz',
    log: join(storage.directory, 'bench.log'),
  })
}

/** @throws Error with the last that it printed, when it ends or does not answer */
export async function startProcess(starting: Starting): Promise<Server> {
  const { command = process.execPath, args, env, url, path = '/', status = 200 } = starting
  const file = starting.log ?? join(tmpdir(), 'process.log')
  const log = openSync(file, 'a')
  const child = spawn(command, args, {
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH ?? '', HOME: tmpdir(), ...env },
  })
  closeSync(log)
  const exit = once(child, 'exit')
  // Nobody measures on when this is interrupted.
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  exit.then(() => process.off('exit', end))
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const since = performance.now()
  while ((await statusOf(url + path)) !== status) {
    if (hasEnded() || performance.now() - since > patienceMs) {
      throw new Error(`${args.join(' ')} did not start:\n${readFileSync(file, 'utf8').slice(-2_000)}`)
    }
    await wait(everyMs)
  }
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      if (!hasEnded()) child.kill('SIGTERM')
      await exit
    },
  }
}

/** Null while nobody answers. */
function statusOf(url: string): Promise<number | null> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? null))
      response.on('error', () => resolve(null))
    })
    request.on('error', () => resolve(null))
  })
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
