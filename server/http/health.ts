import type { FastifyPluginAsync } from 'fastify'
import { sql } from 'kysely'
import { troubleWith } from '../storage/commits.ts'
import type { Engine } from '../storage/engine.ts'

/** `/healthz`: the process answers. `/readyz`: it can also reach its database, and says so when that takes no writes. */
export function healthRoutes(engine: Engine): FastifyPluginAsync {
  return async (app) => {
    app.get('/healthz', async () => ({ status: 'ok' }))
    app.get('/readyz', async (_, reply) => {
      try {
        await sql`select 1`.execute(engine.reader)
        // No reason to send requests elsewhere: reading works here, and others have the same disk.
        const trouble = troubleWith(engine.commits)
        return { status: 'ready', ...(trouble ? { writes: trouble } : {}) }
      } catch {
        return reply.status(503).send({ status: 'unavailable' })
      }
    })
  }
}
