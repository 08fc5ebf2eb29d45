import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { troubleWith } from '../storage/commits.ts'
import type { Engine } from '../storage/engine.ts'
import type { Trouble } from '../storage/trouble.ts'

/** Whether requests should be sent here. */
export interface Readiness {
  /** From here on it is not ready, for good. */
  stop(): void
  readonly isStopping: boolean
  /** It never rejects, and takes no longer than `patience`. */
  current(): Promise<'ready' | 'stopping' | 'unavailable'>
  /** What keeps the database from taking writes. No reason to send requests elsewhere: others have the same disk. */
  trouble(): Trouble | null
}

/** @param patience how long the database may take to answer, in milliseconds; less than probes wait */
export function createReadiness(engine: Pick<Engine, 'reader' | 'commits'>, patience = 2_000): Readiness {
  let isStopping = false
  let asking: Promise<boolean> | null = null

  /** However many ask, one question is under way. */
  async function reaches(): Promise<boolean> {
    asking ??= ask().finally(() => {
      asking = null
    })
    const patient = new AbortController()
    const late = wait(patience, false, { ref: false, signal: patient.signal }).catch(() => false)
    try {
      return await Promise.race([asking, late])
    } finally {
      patient.abort()
    }
  }

  async function ask(): Promise<boolean> {
    try {
      await sql`select 1`.execute(engine.reader)
      return true
    } catch {
      return false
    }
  }

  return {
    stop() {
      isStopping = true
    },
    get isStopping() {
      return isStopping
    },
    async current() {
      if (isStopping) return 'stopping'
      const answers = await reaches()
      if (isStopping) return 'stopping'
      return answers ? 'ready' : 'unavailable'
    },
    trouble: () => troubleWith(engine.commits),
  }
}

const retryAfterSeconds = '5'

/**
 * `/healthz`: the process answers. `/readyz`: it can also reach its database, whose migrations were done before
 * it began to listen, and is not about to stop; and says so when that takes no writes. Once it is, connections end with their next answer, so that what
 * stands in front opens its next one elsewhere.
 */
export function healthRoutes(app: FastifyInstance, readiness: Readiness): void {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_, reply) => {
    reply.header('cache-control', 'no-store')
    const status = await readiness.current()
    const trouble = readiness.trouble()
    if (status === 'ready') return { status, ...(trouble ? { writes: trouble } : {}) }
    return reply.status(503).header('retry-after', retryAfterSeconds).send({ status })
  })
  app.addHook('onRequest', async (_, reply) => {
    if (readiness.isStopping) reply.header('connection', 'close')
  })
}
