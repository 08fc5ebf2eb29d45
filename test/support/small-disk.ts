import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A small file system in memory, mounted where only the processes see it that are started `within` it. It is gone
 * when this process is, however it ended.
 */
export interface SmallDisk {
  /** Where it lies for the processes within. */
  path: string
  /** The same place for this process. */
  seen: string
  /** What the command line of a process within begins with. */
  within: readonly string[]
  /** Leaves no room on it. */
  fill(): void
  makeRoom(): void
  /** Refused while a file on it is open for writing. */
  remount(how: 'ro' | 'rw'): void
  close(): Promise<void>
}

const isRoot = process.getuid?.() === 0

/** @returns in words why there is none, where this machine allows no mounts */
export async function openSmallDisk(bytes: number): Promise<SmallDisk | string> {
  const path = mkdtempSync(join(tmpdir(), 'latchkey-disk-'))
  const script = `mount -t tmpfs -o size=${bytes},mode=755 tmpfs "$0" && echo mounted && exec cat`
  // It ends with its standard input, and that with this process.
  const keeper = spawn('unshare', [isRoot ? '-m' : '-rm', 'sh', '-c', script, path], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const refusal = await readiness(keeper)
  if (refusal !== null) {
    rmdirSync(path)
    return `a small disk cannot be mounted here: ${refusal}`
  }
  const namespaces = isRoot ? ['--mount'] : ['--user', '--preserve-credentials', '--mount']
  const within = ['nsenter', `--target=${keeper.pid}`, ...namespaces, '--']
  const seen = join(`/proc/${keeper.pid}/root`, path)
  const filler = join(seen, 'filler')
  return {
    path,
    seen,
    within,
    fill: () => fillWith(filler),
    makeRoom: () => rmSync(filler, { force: true }),
    remount(how) {
      const [command = '', ...others] = [...within, 'mount', '-o', `remount,${how}`, path]
      const { status, stderr } = spawnSync(command, others, { encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
    },
    async close() {
      const ended = once(keeper, 'exit')
      keeper.stdin?.end()
      await ended
      chmodSync(path, 0o700)
      rmSync(path, { recursive: true, force: true })
    },
  }
}

async function readiness(keeper: ChildProcess): Promise<string | null> {
  let said = ''
  keeper.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const mounted = new Promise<null>((resolve) => keeper.stdout?.once('data', () => resolve(null)))
  const failed = new Promise<string>((resolve) => {
    keeper.once('error', (error) => resolve(error.message))
    keeper.once('exit', () => resolve(said.trim() || 'unshare ended without a word'))
  })
  return Promise.race([mounted, failed])
}

function fillWith(path: string): void {
  const file = openSync(path, 'a')
  try {
    for (const size of [65_536, 4_096]) while (wrote(file, size)) {}
  } finally {
    closeSync(file)
  }
}

/** Part of what does not fit may be written, so it is tried until nothing is. */
function wrote(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size)) > 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false
    throw error
  }
}
