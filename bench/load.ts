import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoadOrder, LoadReport } from './measure.ts'

/** What sends requests as fast as they are answered, in a process of its own. */
export interface LoadGenerator {
  /** @throws Error when a single answer had another status, or none came */
  send(order: LoadOrder): Promise<LoadReport>
  close(): void
}

export async function openLoadGenerator(): Promise<LoadGenerator> {
  const child = fork(fileURLToPath(new URL('./load-program.ts', import.meta.url)), { execArgv: [] })
  const ended = once(child, 'exit')
  await once(child, 'message')
  return {
    async send(order) {
      child.send(order)
      const report = (await Promise.race([next(child), ended.then(failure)])) as LoadReport
      const { wrong, failures, count } = report
      if (count === 0 || failures > 0 || Object.keys(wrong).length > 0) {
        const path = order.requests[0]?.path
        throw new Error(
          `${path} was to be answered ${order.status}; of ${count} answers these were not: ${JSON.stringify(wrong)}, and ${failures} never came.`,
        )
      }
      return report
    },
    close: () => child.disconnect(),
  }
}

function next(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('message', resolve))
}

function failure(): never {
  throw new Error('The load generator ended; what it said stands above.')
}
