import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { matchesNone } from '../rest/etag.ts'
import type { Operation } from '../rest/operation.ts'
import { scalarBundle } from './bundle.ts'
import { openApiDocument } from './openapi.ts'
import { pagePolicy, referencePage } from './page.ts'

export interface ReferenceOptions {
  operations: readonly Operation[]
  /** Where people reach the server, without a trailing slash. */
  publicUrl(): string
}

/** Files that change with the program are kept for long: their names change with their content. */
const forLong = 'public, max-age=31536000, immutable'

const style = namedFile('reference.css')
const script = namedFile('reference.js')
const bundleUrl = `/api_docs/scalar-${scalarVersion()}.js`

/** `GET /api_docs`, the page that people read, and `GET /rest/openapi.json`, what programs read. Public. */
export function referenceRoutes({ operations, publicUrl }: ReferenceOptions): FastifyPluginAsync {
  const document = keptDocument(() => openApiDocument(operations, { publicUrl: publicUrl() }))
  const pageDocument = keptDocument(() =>
    // Relative, so that a request can be tried whichever name of the server the reader has come by.
    openApiDocument(operations, { publicUrl: publicUrl(), serverUrl: '/rest', ranges: 'folded' }),
  )
  const page = referencePage({
    bundle: bundleUrl,
    style: style.url,
    script: script.url,
    document: '/api_docs/openapi.json',
  })
  return async (app) => {
    for (const url of ['/rest/openapi.json', '/rest/v1/openapi.json']) {
      app.get(url, async (request, reply) => {
        reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', 'ETag')
        return sendDocument(request, reply, document())
      })
    }
    app.get('/api_docs/openapi.json', async (request, reply) => sendDocument(request, reply, pageDocument()))
    app.get('/api_docs/', async (_, reply) => reply.redirect('/api_docs', 301))
    app.get('/api_docs', async (_, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .headers({ 'content-security-policy': pagePolicy, 'cache-control': 'no-cache' })
        .send(page),
    )
    app.get(style.url, async (_, reply) => sendFile(reply, 'text/css', style.content))
    app.get(script.url, async (_, reply) => sendFile(reply, 'text/javascript', script.content))
    app.get(bundleUrl, async (request, reply) => {
      const { plain, compressed } = await scalarBundle()
      reply.header('vary', 'Accept-Encoding')
      const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
      if (!takesGzip) return sendFile(reply, 'text/javascript', plain)
      return sendFile(reply.header('content-encoding', 'gzip'), 'text/javascript', compressed)
    })
  }
}

interface Kept {
  text: string
  etag: string
}

/** Made when it is first asked for, so that starting the server does not wait for it. */
function keptDocument(make: () => object): () => Kept {
  let kept: Kept | null = null
  return () => {
    if (kept) return kept
    const text = JSON.stringify(make())
    kept = { text, etag: `"${hashOf(text)}"` }
    return kept
  }
}

function sendDocument(request: FastifyRequest, reply: FastifyReply, { text, etag }: Kept) {
  reply.headers({ etag, 'cache-control': 'public, no-cache' })
  if (matchesNone(request.headers['if-none-match'], etag)) return reply.status(304).send()
  return reply.type('application/json; charset=utf-8').send(text)
}

function sendFile(reply: FastifyReply, type: string, content: string | Buffer) {
  return reply.type(`${type}; charset=utf-8`).header('cache-control', forLong).send(content)
}

function namedFile(name: string): { url: string; content: string } {
  const content = readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8')
  return { url: `/api_docs/${name.replace('.', `.${hashOf(content).slice(0, 8)}.`)}`, content }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 27)
}

function scalarVersion(): string {
  const file = new URL('../package.json', import.meta.resolve('@scalar/fastify-api-reference'))
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version
}
