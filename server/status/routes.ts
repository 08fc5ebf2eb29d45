import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { statusPage, statusPolicy } from './page.ts'
import { presentStatus } from './presenter.ts'
import type { Status, StatusSource } from './status.ts'

/** `GET /status` for people and `GET /status.json` for programs. Public; 503 while the server is down. */
export function statusRoutes(source: Pick<StatusSource, 'current'>): FastifyPluginAsync {
  return async (app) => {
    app.get('/status', async (_, reply) => {
      const status = await source.current()
      return kept(reply, status)
        .type('text/html; charset=utf-8')
        .header('content-security-policy', statusPolicy)
        .send(statusPage(status))
    })
    app.get('/status/', async (_, reply) => reply.redirect('/status', 301))
    app.get('/status.json', async (_, reply) => {
      const status = await source.current()
      return kept(reply, status).header('access-control-allow-origin', '*').send(presentStatus(status))
    })
  }
}

/** What goes wrong is told at once; what goes well may be a few seconds old. */
function kept(reply: FastifyReply, { state }: Status): FastifyReply {
  return state === 'down'
    ? reply.status(503).header('cache-control', 'no-store')
    : reply.status(200).header('cache-control', 'public, max-age=5')
}
