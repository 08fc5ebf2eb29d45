import { readdirSync, readFileSync } from 'node:fs'

/** Of Linux on every machine that Node runs on. */
const ticksPerSecond = 100

/**
 * How long a process has been computing since it began, in milliseconds, its own code and the kernel's for it. On
 * a busy machine it tells what work costs more truly than a clock.
 */
export function cpuTime(pid: number): number {
  return milliseconds(fieldsOf(pid).slice(11, 13))
}

/** The same of a process and all that it has started, those that have ended as well. */
export function cpuTimeOfFamily(pid: number): number {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid)
  return children.reduce(
    (sum, child) => sum + timeOrNone(Number(child)),
    milliseconds(fieldsOf(pid).slice(11, 15)),
  )
}

/** Null for one that is gone. */
export function parentOf(pid: number): number | null {
  try {
    return Number(fieldsOf(pid)[1])
  } catch {
    return null
  }
}

function timeOrNone(pid: number): number {
  try {
    return cpuTime(pid)
  } catch {
    // It has ended since; its parent has its time.
    return 0
  }
}

function fieldsOf(pid: number): string[] {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name of the program stands in brackets and may hold blanks.
  return line.slice(line.lastIndexOf(')') + 2).split(' ')
}

function milliseconds(ticks: readonly string[]): number {
  return (ticks.reduce((sum, count) => sum + Number(count), 0) * 1_000) / ticksPerSecond
}
