import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findAccount } from './postgres-binaries.ts'
import { freePorts } from './service.ts'

export interface PgBouncer {
  pid: number
  /** The same database, through the pooler. */
  through(databaseUrl: string): string
  stop(): Promise<void>
}

/** Why there is none on this machine; false where there is. */
export const noPgBouncer =
  spawnSync('pgbouncer', ['--version']).status === 0
    ? false
    : 'pgbouncer is not on the PATH; Debian has it as a package of that name'

/**
 * Starts PgBouncer in transaction mode before the server of this URL, with fewer connections than its clients have
 * together, so that two transactions of one client seldom meet the same.
 */
export async function startPgBouncer(serverUrl: string, poolSize = 5): Promise<PgBouncer> {
  const { hostname, port, username, password } = new URL(serverUrl)
  // It takes no empty one.
  const secret = password === '' ? '' : ` password=${decodeURIComponent(password)}`
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-pgbouncer-'))
  const [listenPort = 0] = await freePorts(1)
  const file = join(directory, 'pgbouncer.ini')
  writeFileSync(
    file,
    `[databases]
* = host=${hostname} port=${port || 5432} user=${decodeURIComponent(username)}${secret}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 1000
`,
  )
  // It refuses to be root, as PostgreSQL does.
  const account = findAccount()
  if (account.uid !== undefined)
    for (const path of [directory, file]) chownSync(path, account.uid, account.gid)
  const child = spawn('pgbouncer', [file], {
    ...account,
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await listening(child)
  return {
    pid: child.pid ?? 0,
    through(databaseUrl) {
      const url = new URL(databaseUrl)
      url.hostname = '127.0.0.1'
      url.port = String(listenPort)
      return url.href
    },
    async stop() {
      if (child.exitCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGINT')
        await ended
      }
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4_000)
      if (/process up/.test(log)) resolve()
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`pgbouncer ended with ${code}:\n${log}`)))
  })
}
