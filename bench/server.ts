import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Latchkey as operators run it, in a process of its own, its log in a file. */
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

const program = fileURLToPath(new URL('../bin/latchkey.js', import.meta.url))
const everyMs = 5
const patienceMs = 60_000

/** Resolves at its first answer. `LOG_LEVEL` of the environment counts; the default is that of Latchkey. */
export async function startServer(storage: Storage, env: Record<string, string> = {}): Promise<Server> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const log = openSync(join(storage.directory, 'bench.log'), 'a')
  const child = spawn(process.execPath, [program, 'serve', '--no-build'], {
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env.PATH ?? '',
      HOST: '127.0.0.1',
      PORT: String(port),
      LATCHKEY_DATA: storage.directory,
      ...(storage.url ? { DATABASE_URL: storage.url } : {}),
      ...(process.env.LOG_LEVEL ? { LOG_LEVEL: process.env.LOG_LEVEL } : {}),
      ...env,
    },
  })
  closeSync(log)
  const exit = once(child, 'exit')
  // Nobody measures on when this is interrupted.
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  exit.then(() => process.off('exit', end))
  const ended = () => child.exitCode !== null || child.signalCode !== null
  const since = performance.now()
  while (!(await answers(url))) {
    if (ended() || performance.now() - since > patienceMs) {
      throw new Error(
        `The server did not start:\n${readFileSync(join(storage.directory, 'bench.log'), 'utf8').slice(-2_000)}`,
      )
    }
    await wait(everyMs)
  }
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      if (!ended()) child.kill('SIGTERM')
      await exit
    },
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`)
    await response.text()
    return response.ok
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
