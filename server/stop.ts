import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Readiness } from './http/health.ts'
import type { Jobs } from './http/jobs.ts'
import type { UnderWay } from './http/requests.ts'

export interface Stoppable {
  readiness: Readiness
  underWay: UnderWay
  jobs: Jobs
  /** Takes no more connections, ends those that are idle and the streams, then waits for requests and jobs. */
  close(): Promise<void>
  /** Notes that this was on purpose. */
  noteStop(): Promise<void>
  log: Pick<FastifyBaseLogger, 'info' | 'error'>
}

/** How long the note may take once time is over. */
const noteMs = 1_000

/**
 * Not ready → the delay, in which it still serves → closed, or the time that this may take is over.
 * @param delay seconds
 * @param timeout seconds from the end of the delay
 * @returns what had not ended by then, each as a phrase; nothing when all had
 */
export async function stopInOrder(
  parts: Stoppable,
  { delay, timeout }: { delay: number; timeout: number },
): Promise<string[]> {
  const { readiness, underWay, jobs, log } = parts
  readiness.stop()
  if (delay > 0) {
    log.info({ seconds: delay }, 'Not ready any more; it still serves, so that requests are sent elsewhere')
    await wait(delay * 1_000)
  }
  const late = new AbortController()
  const isLate = wait(timeout * 1_000, true, { signal: late.signal }).catch(() => false)
  const closed = parts.close().then(() => false)
  if (!(await Promise.race([closed, isLate]).finally(() => late.abort()))) return []
  const left = leftOf(underWay, jobs)
  log.error({ requests: underWay.byRoute(), jobs: jobs.left() }, 'Stopped before all had ended')
  await Promise.race([parts.noteStop(), wait(noteMs)])
  return left
}

function leftOf(underWay: UnderWay, jobs: Jobs): string[] {
  const requests = Object.entries(underWay.byRoute()).map(([route, count]) => `${count} × ${route}`)
  return [...requests, ...jobs.left()]
}
