import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { buildProgram } from '../../bin/build/program.ts'
import { project, signature, sourcesOf } from '../../bin/build/sources.js'
import type { OpenEngine } from './engines.ts'

/** A Latchkey in a process of its own, as in production. */
export interface ServerProcess {
  url: string
  pid: number
  /** All that it has logged so far. */
  logs(): string
  /** Resolves once it has logged what matches. */
  logged(pattern: RegExp): Promise<void>
  /** The exit code, once it has ended; null for a signal. */
  ended: Promise<number | null>
  /** Tells it to stop, and waits for nothing. */
  terminate(): void
  stop(): Promise<void>
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>
}

const program = 'test/support/server-program.ts'

/** Built into one file, as operators run it: hundreds of starts then take half of the time. */
async function builtProgram(): Promise<string> {
  const from = signature([...sourcesOf.program, program, 'test/support/passwords.ts'])
  const folder = join(project, 'node_modules', '.cache', 'test-server', from)
  await buildProgram(program, folder)
  return join(folder, 'server-program.js')
}

/** Where a server is started, other than in a process like this one's. */
export interface Surroundings {
  /** What its command line begins with, such as that of a small disk. */
  within?: readonly string[]
  /** A file for its standard output, which `logs` does not have then. */
  output?: number
}

/** Starts the server on an opened engine. `env` changes its configuration. */
export async function startServerProcess(
  storage: Omit<OpenEngine, 'close'> & Partial<OpenEngine>,
  env: Record<string, string> = {},
  { within = [], output: file }: Surroundings = {},
): Promise<ServerProcess> {
  const [command = process.execPath, ...others] = [...within, process.execPath]
  const child = fork(await builtProgram(), {
    execPath: command,
    execArgv: others,
    env: {
      PATH: process.env.PATH ?? '',
      // What was compiled before: half of the work of a start.
      ...(process.env.NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE } : {}),
      PORT: '0',
      HOST: '127.0.0.1',
      LATCHKEY_DATA: storage.directory,
      LOG_LEVEL: 'trace',
      // The machine of the tests is busy with others of them.
      REQUESTS_AT_ONCE: 'off',
      ...(storage.url ? { DATABASE_URL: storage.url } : {}),
      ...env,
    },
    stdio: ['ignore', file ?? 'pipe', 'pipe', 'ipc'],
  })
  const output: Buffer[] = []
  child.stdout?.on('data', (chunk) => output.push(chunk))
  child.stderr?.on('data', (chunk) => output.push(chunk))
  const logs = () => Buffer.concat(output).toString('utf8')
  const ended = once(child, 'close').then(([code]): number | null => code)
  const url = await Promise.race([readyUrl(child), failure(child, logs)])
  return {
    url,
    pid: child.pid ?? 0,
    logs,
    logged: (pattern) => until(child, () => pattern.test(logs())),
    ended,
    terminate: () => void child.kill('SIGTERM'),
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  }
}

async function readyUrl(child: ChildProcess): Promise<string> {
  const [message] = await once(child, 'message')
  return String(message)
}

async function failure(child: ChildProcess, logs: () => string): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`The server ended with ${code} before it was ready:\n${logs()}`)
}

/** So that a line that never comes fails the test, rather than holding it up. */
const longestWaitMs = 60_000

function until(child: ChildProcess, isTrue: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The server has not logged it in time')), longestWaitMs)
    const look = () => {
      if (!isTrue()) return
      clearTimeout(late)
      resolve()
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('close', () => reject(new Error('The server ended without logging it')))
    look()
  })
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}
