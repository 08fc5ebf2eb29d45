import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** How wrong keys are sent. */
export interface Attack {
  /** `mistyped` ones have a wrong checksum; `unknown` ones are well-formed and random. */
  keys: 'mistyped' | 'unknown'
  /** From how many addresses of this machine. */
  addresses: number
  /** At most, at one time. */
  connections: number
  perSecond: number
  /** Whether every request has a connection of its own. */
  isNewEachTime: boolean
}

/** A process that sends wrong keys from its first second on. */
export interface Sender {
  /** How many were sent and answered since this was last asked, and in how many seconds. */
  read(): { sent: number; answered: number; seconds: number }
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('./wrong-keys-program.ts', import.meta.url))

/** Resolves when wrong keys have been sent for a second. */
export async function startSender(url: string, attack: Attack): Promise<Sender> {
  const child = spawn(process.execPath, [program, JSON.stringify({ url, ...attack })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)
  let counts = { sent: 0, answered: 0, seconds: 0 }
  lines.on('line', (line) => {
    const { sent, answered } = JSON.parse(line)
    counts = {
      sent: counts.sent + sent,
      answered: counts.answered + answered,
      seconds: counts.seconds + 1,
    }
  })
  await once(lines, 'line')
  const read = () => {
    const before = counts
    counts = { sent: 0, answered: 0, seconds: 0 }
    return before
  }
  read()
  return {
    read,
    async stop() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}
