import { writeSync } from 'node:fs'

/** What log lines are written to. */
export interface LogOutput {
  write(line: string): void
}

/** How much waits for a reader that is slow, in characters. */
const mostWaiting = 1_048_576
const againMs = 50

/**
 * Log lines to a file descriptor, at once and in order. No log is worth a server that stands still: where the disk
 * is full or nobody reads, lines are left out, and their number is told when the next one goes through.
 * @param put writes, and returns the number of bytes that were taken
 */
export function logOutput(
  descriptor: number,
  put: (descriptor: number, bytes: Buffer) => number = writeSync,
): LogOutput {
  let waiting: Buffer[] = []
  let waitingLength = 0
  let timer: NodeJS.Timeout | undefined
  let lost = 0
  let isBroken = false

  return {
    write(line) {
      if (timer === undefined) return tell(line)
      if (waitingLength + line.length > mostWaiting) {
        lost++
        return
      }
      waiting.push(Buffer.from(line))
      waitingLength += line.length
    },
  }

  function tell(line: string): void {
    // The end of a line that was cut belongs to no next one.
    const before = `${isBroken ? '\n' : ''}${lost > 0 ? `${lostLine(lost)}\n` : ''}`
    if (!sent(Buffer.from(before + line))) lost++
    else if (before !== '') lost = 0
  }

  /** Whether it is written, or waits to be. */
  function sent(bytes: Buffer): boolean {
    let rest = bytes
    try {
      while (rest.length > 0) rest = rest.subarray(put(descriptor, rest))
      isBroken = false
      return true
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') {
        waitWith(rest)
        return true
      }
      isBroken ||= rest.length < bytes.length
      return false
    }
  }

  function waitWith(rest: Buffer): void {
    waiting.unshift(rest)
    waitingLength += rest.length
    timer = setTimeout(goOn, againMs).unref()
  }

  function goOn(): void {
    timer = undefined
    const all = Buffer.concat(waiting)
    waiting = []
    waitingLength = 0
    if (!sent(all)) lost++
  }
}

function lostLine(lost: number): string {
  const msg = 'Log lines were lost, because what they are written to took none'
  return JSON.stringify({ level: 40, time: Date.now(), lost, msg })
}
