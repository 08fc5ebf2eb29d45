import { readFileSync } from 'node:fs'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Operation } from '../rest/operation.ts'
import { newNonce } from '../security-headers.ts'
import { scalarBundle } from './bundle.ts'
import { hashOf, type Kept, kept, once, sendKept } from './kept.ts'
import { openApiDocument } from './openapi.ts'
import { referencePage, referencePolicy } from './page.ts'
import { pageRoutes } from './pages/routes.ts'
import { swaggerDocument } from './swagger.ts'

export interface ReferenceOptions {
  operations: readonly Operation[]
  /** Where people reach the server, without a trailing slash. */
  publicUrl(): string
}

/** Files that change with the program are kept for long: their names change with their content. */
const forLong = 'public, max-age=31536000, immutable'

const style = namedFile('reference.css')
const prelude = namedFile('before-scalar.js')
const script = namedFile('reference.js')
const pageStyle = namedFile('pages.css')
const bundleUrl = `/api_docs/scalar-${scalarVersion()}.js`

/**
 * What people read: `GET /api_docs`, where requests can be tried, and the pages below it, which need no scripts.
 * What programs read: `/rest/openapi.json`, `/rest/swagger_doc.json` and `/llms.txt`. All of it is public.
 */
export function referenceRoutes({ operations, publicUrl }: ReferenceOptions): FastifyPluginAsync {
  // Each takes a second to make, so what is made from them shares them.
  const document = once(() => openApiDocument(operations, { publicUrl: publicUrl() }))
  const folded = once(() => openApiDocument(operations, { publicUrl: publicUrl(), ranges: 'folded' }))
  const openApi = keptDocument(document)
  const swagger = keptDocument(() => swaggerDocument(document()))
  // Relative, so that a request can be tried whichever name of the server the reader has come by.
  const pageDocument = keptDocument(() => ({
    ...folded(),
    servers: [{ url: '/rest', description: 'This server' }],
  }))
  const files = {
    bundle: bundleUrl,
    prelude: prelude.url,
    style: style.url,
    script: script.url,
    document: '/api_docs/openapi.json',
  }
  return async (app) => {
    for (const [name, made] of [
      ['openapi.json', openApi],
      ['swagger_doc.json', swagger],
    ] as const) {
      app.get(`/rest/${name}`, async (request, reply) => {
        reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', 'ETag')
        return sendDocument(request, reply, made())
      })
    }
    app.get('/api_docs/openapi.json', async (request, reply) => sendDocument(request, reply, pageDocument()))
    app.get('/api_docs/', async (_, reply) => reply.redirect('/api_docs', 301))
    app.get('/api_docs', async (_, reply) => {
      const nonce = newNonce()
      return reply
        .type('text/html; charset=utf-8')
        .headers({ 'content-security-policy': referencePolicy(nonce), 'cache-control': 'no-store' })
        .send(referencePage(files, nonce))
    })
    for (const { url, content } of [style, pageStyle]) {
      app.get(url, async (_, reply) => sendFile(reply, 'text/css', content))
    }
    for (const { url, content } of [prelude, script]) {
      app.get(url, async (_, reply) => sendFile(reply, 'text/javascript', content))
    }
    app.get(bundleUrl, async (request, reply) => {
      const { plain, compressed } = await scalarBundle()
      reply.header('vary', 'Accept-Encoding')
      const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
      if (!takesGzip) return sendFile(reply, 'text/javascript', plain)
      return sendFile(reply.header('content-encoding', 'gzip'), 'text/javascript', compressed)
    })
    await app.register(pageRoutes({ document: folded, publicUrl, style: pageStyle.url }))
  }
}

function keptDocument(make: () => object): () => Kept {
  return once(() => kept(JSON.stringify(make())))
}

function sendDocument(request: FastifyRequest, reply: FastifyReply, document: Kept) {
  return sendKept(request, reply, document, 'application/json')
}

function sendFile(reply: FastifyReply, type: string, content: string | Buffer) {
  return reply.type(`${type}; charset=utf-8`).header('cache-control', forLong).send(content)
}

function namedFile(name: string): { url: string; content: string } {
  const content = readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8')
  return { url: `/api_docs/${name.replace('.', `.${hashOf(content).slice(0, 8)}.`)}`, content }
}

function scalarVersion(): string {
  const file = new URL('../package.json', import.meta.resolve('@scalar/fastify-api-reference'))
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version
}
