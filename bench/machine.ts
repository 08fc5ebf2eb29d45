import { execFileSync } from 'node:child_process'
import { arch, availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'

/** What the numbers were measured on, and of which code. */
export interface Machine {
  machine: { cpu: string; cores: number; memory: number; system: string; load: number[] }
  node: string
  /** Null outside of a checkout. `+` follows where files were changed since. */
  commit: string | null
  logLevel: string
}

export function aboutMachine(): Machine {
  return {
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      memory: totalmem(),
      system: `${process.platform} ${release()} ${arch()}`,
      load: loadavg(),
    },
    node: process.version,
    commit: commit(),
    logLevel: process.env.LOG_LEVEL ?? 'info',
  }
}

function commit(): string | null {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+')
  } catch {
    return null
  }
}
