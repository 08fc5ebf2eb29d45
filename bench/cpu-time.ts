import { readFileSync } from 'node:fs'

/** Of Linux on every machine that Node runs on. */
const ticksPerSecond = 100

/**
 * How long a process has been computing since it began, in milliseconds, its own code and the kernel's for it. On
 * a busy machine it tells what work costs more truly than a clock.
 */
export function cpuTime(pid: number): number {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name of the program stands in brackets and may hold blanks.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [Number(fields[11]), Number(fields[12])]
  return ((user + system) * 1_000) / ticksPerSecond
}
