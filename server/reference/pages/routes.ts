import type { FastifyPluginAsync } from 'fastify'
import { pagePolicy } from '../../security-headers.ts'
import { changelogFeed } from '../changelog-feed.ts'
import { type Kept, kept, once, sendKept } from '../kept.ts'
import type { OpenApiDocument } from '../openapi.types.ts'
import { missingHtml, pageHtml } from './frame.ts'
import { llmsFullText, llmsText } from './llms.ts'
import { addressOf, base, type Page } from './page.ts'
import { referencePages } from './pages.ts'
import { twinOf } from './twin.ts'

export interface PageOptions {
  document(): OpenApiDocument
  publicUrl(): string
  /** The address of the style sheet. */
  style: string
}

/** The pages that need no scripts, their twins in Markdown, the feed of changes and `/llms.txt`. Public. */
export function pageRoutes({ document, publicUrl, style }: PageOptions): FastifyPluginAsync {
  const pages = once(() => referencePages(document(), publicUrl()))
  const byPath = once(() => new Map(pages().map((page) => [page.path, page])))
  const html = keptByPage((page) => pageHtml(page, { pages: pages(), publicUrl: publicUrl(), style }))
  const twin = keptByPage((page) => twinOf(page, publicUrl()))
  const feed = once(() => kept(changelogFeed(publicUrl())))
  const llms = once(() => kept(llmsText(pages(), publicUrl())))
  const llmsFull = once(() => kept(llmsFullText(pages(), publicUrl())))

  return async (app) => {
    app.get(`${base}/changelog.atom`, async (request, reply) =>
      sendKept(request, reply, feed(), 'application/atom+xml'),
    )
    app.get('/llms.txt', async (request, reply) => sendKept(request, reply, llms(), 'text/plain'))
    app.get('/llms-full.txt', async (request, reply) => sendKept(request, reply, llmsFull(), 'text/plain'))
    app.get(`${base}.md`, async (_, reply) => reply.redirect(`${base}/contents.md`, 301))
    app.get<{ Params: { '*': string } }>(`${base}/*`, async (request, reply) => {
      const given = request.params['*']
      const [, path = '', ending] = /^(.*?)(\.md|\/)?$/s.exec(given) ?? []
      const page = byPath().get(path)
      reply.header('content-security-policy', policy)
      if (!page) {
        reply.status(404).type('text/html; charset=utf-8').header('cache-control', 'no-cache')
        return reply.send(missingHtml(`${base}/${given}`, style))
      }
      if (ending === '/') return reply.redirect(addressOf(page), 301)
      if (ending === '.md') return sendKept(request, reply, twin(page), 'text/markdown')
      reply.header('link', `<${addressOf(page)}.md>; rel="alternate"; type="text/markdown"`)
      return sendKept(request, reply, html(page), 'text/html')
    })
  }
}

/** Nothing active, and nothing from elsewhere. */
const policy = pagePolicy({ style: "'self'", img: 'data:' })

/** Made when it is first read: most pages of a server never are. */
function keptByPage(make: (page: Page) => string): (page: Page) => Kept {
  const made = new Map<Page, Kept>()
  return (page) => {
    const known = made.get(page) ?? kept(make(page))
    made.set(page, known)
    return known
  }
}
