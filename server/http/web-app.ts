import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import { newNonce, pagePolicy } from '../security-headers.ts'

/** Where the build of the browser app lies. */
export const webDirectory = fileURLToPath(new URL('../../web/dist', import.meta.url))

/**
 * Serves the browser app: its files under `/assets`, and its one page for every other address that a person
 * can open, so that deep links and reload work. Everything else that is unknown is a 404 in the one error shape.
 */
export async function serveWebApp(app: FastifyInstance): Promise<void> {
  const file = `${webDirectory}/index.html`
  const page = existsSync(file) ? readFileSync(file, 'utf8') : null
  if (page !== null) {
    await app.register(fastifyStatic, {
      root: webDirectory,
      index: false,
      wildcard: false,
      // The names of built files carry a hash of their content.
      setHeaders: (reply, path) => {
        const isHashed = path.includes('/assets/')
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
    app.get('/', async (_, reply) => sendPage(reply, page))
  }
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (page !== null && isRead && isPage(path)) return sendPage(reply, page)
    throw new ApiError('not_found', `${request.method} ${path} not found`)
  })
}

/** Addresses of programs are not pages: a mistyped one must say so instead of showing HTML. */
function isPage(path: string): boolean {
  return !/^\/(api|rest|assets|files)(\/|$)/.test(path) && !/\.[a-z0-9]+$/i.test(path)
}

function sendPage(reply: FastifyReply, page: string) {
  const nonce = newNonce()
  return reply
    .status(200)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-security-policy', policy(nonce))
    .send(page.replaceAll('__CSP_NONCE__', nonce))
}

/** Mantine adds style elements, which the nonce lets in. */
function policy(nonce: string): string {
  return pagePolicy({
    script: "'self'",
    style: `'self' 'nonce-${nonce}'`,
    img: "'self' data:",
    font: "'self'",
    connect: "'self'",
    form: "'self'",
  })
}
