import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'

/** In words why processes cannot be traced here; null when they can. */
export function traceRefusal(): string | null {
  const tried = spawnSync('strace', ['-o', '/dev/null', 'true'], { encoding: 'utf8' })
  if (tried.error) return 'there is no strace here'
  return tried.status === 0 ? null : `strace may not be used here: ${tried.stderr.trim()}`
}

/** Traces a running process, with all its threads, until it is ended. */
export async function trace(pid: number, options: readonly string[]): Promise<{ end(): Promise<void> }> {
  const tracer = spawn('strace', ['-f', '-p', String(pid), ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(tracer, 'exit')
  await new Promise<void>((resolve, reject) => {
    let said = ''
    tracer.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes(' attached')) resolve()
    })
    tracer.once('exit', () => reject(new Error(said)))
  })
  return {
    async end() {
      tracer.kill('SIGINT')
      await ended
    },
  }
}

/** Lets system calls on some files of a running process fail with an error. */
export function failCalls(
  pid: number,
  { calls, error, paths }: { calls: string; error: string; paths: readonly string[] },
): Promise<{ end(): Promise<void> }> {
  const places = paths.filter((path) => existsSync(path)).flatMap((path) => ['-P', path])
  return trace(pid, ['-o', '/dev/null', '-e', `inject=${calls}:error=${error}`, ...places])
}
