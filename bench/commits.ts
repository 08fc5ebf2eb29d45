import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { CommitsDone, CommitsOrder } from './commits-program.ts'
import { cpuTime } from './cpu-time.ts'
import type { Contender } from './rounds.ts'
import type { Storage } from './server.ts'

/** Single durable commits of the bare engine, one row each, in a process of its own. */
export async function startCommits(
  storage: Storage,
  text: string,
): Promise<{ contender: Contender; close(): Promise<void> }> {
  const child = fork(fileURLToPath(new URL('./commits-program.ts', import.meta.url)), { execArgv: [] })
  const order: CommitsOrder = { storage, text }
  child.send(order)
  await once(child, 'message')
  return {
    async contender(seconds) {
      const before = cpuTime(child.pid ?? 0)
      child.send({ milliseconds: seconds * 1_000 })
      const [done] = (await once(child, 'message')) as [CommitsDone]
      return {
        perSecond: done.count / done.seconds,
        p50: done.p50,
        p99: done.p99,
        cpu: (cpuTime(child.pid ?? 0) - before) / done.count,
        databaseCpu: null,
        bytes: null,
        generator: null,
      }
    },
    async close() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
