import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Metrics } from './metrics.ts'

type Settings = Pick<Config, 'metricsToken' | 'metricsPort' | 'metricsHost'>

/** `GET /metrics` of the server itself: only for whoever has the token, and not where they have a port of their own. */
export function metricsRoute(app: FastifyInstance, metrics: Metrics, settings: Settings): void {
  const { metricsToken: token, metricsPort } = settings
  app.get('/metrics', async (request, reply) => {
    // Without this the web app would answer, as it does to every address.
    if (token === null || metricsPort !== null) throw new ApiError('not_found', notHere(metricsPort))
    const { status, headers, body } = await scrape(metrics, token, request.headers.authorization)
    return reply.status(status).headers(headers).send(body)
  })
}

function notHere(port: number | null): string {
  return port === null
    ? 'The metrics are off; METRICS_TOKEN or METRICS_PORT of the server turns them on'
    : 'The metrics have a port of their own'
}

/** Listens on the port of the metrics; null where there is none. */
export async function listenForScrapes(metrics: Metrics, settings: Settings): Promise<Server | null> {
  const { metricsToken, metricsPort, metricsHost } = settings
  if (metricsPort === null) return null
  const server = createServer({ requestTimeout: 10_000 }, async (request, response) => {
    const isKnown = request.url === '/metrics' && (request.method === 'GET' || request.method === 'HEAD')
    const { status, headers, body } = isKnown
      ? await scrape(metrics, metricsToken, request.headers.authorization)
      : plain(404, 'Only GET /metrics is here.\n')
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(metricsPort, metricsHost, resolve)
  })
  return server
}

interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

async function scrape(
  metrics: Metrics,
  token: string | null,
  authorization: string | undefined,
): Promise<Answer> {
  if (token !== null && !isSame(authorization ?? '', `Bearer ${token}`)) {
    const { headers, ...refused } = plain(401, 'Send METRICS_TOKEN as "Authorization: Bearer …".\n')
    return { ...refused, headers: { ...headers, 'www-authenticate': 'Bearer realm="Latchkey metrics"' } }
  }
  const { contentType, text } = await metrics.text()
  return { status: 200, headers: { ...common, 'content-type': contentType }, body: text }
}

const common = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

function plain(status: number, body: string): Answer {
  return { status, headers: { ...common, 'content-type': 'text/plain; charset=utf-8' }, body }
}

/** Takes the same time whatever is in common. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}
