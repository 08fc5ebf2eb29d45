import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const launcher = fileURLToPath(new URL('../../bin/latchkey.js', import.meta.url))

/** A command as an operator runs it, in a process of its own. */
export function launch(
  args: readonly string[],
  env: Record<string, string>,
): { child: ChildProcess; ended: Promise<{ code: number | null; out: string; err: string }> } {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const written = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (written.out += chunk))
  child.stderr.on('data', (chunk) => (written.err += chunk))
  // One that was refused reads no further.
  child.stdin.on('error', () => {})
  return { child, ended: once(child, 'close').then(([code]) => ({ code, ...written })) }
}

export function ended(args: readonly string[], env: Record<string, string>) {
  const { child, ended } = launch(args, env)
  child.stdin?.end()
  return ended
}
