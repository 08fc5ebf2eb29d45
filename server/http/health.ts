import type { FastifyPluginAsync } from 'fastify'
import { sql } from 'kysely'
import type { Engine } from '../storage/engine.ts'

/** `/healthz`: the process answers. `/readyz`: it can also reach its database. */
export function healthRoutes(engine: Engine): FastifyPluginAsync {
  return async (app) => {
    app.get('/healthz', async () => ({ status: 'ok' }))
    app.get('/readyz', async (_, reply) => {
      try {
        await sql`select 1`.execute(engine.reader)
        return { status: 'ready' }
      } catch {
        return reply.status(503).send({ status: 'unavailable' })
      }
    })
  }
}
