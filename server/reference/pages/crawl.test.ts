import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { errorCodes } from '../../errors/error-codes.ts'
import { operations } from '../../resources/operations.ts'
import { type ReferenceServer, startReferenceServer } from '../testing.ts'

let server: ReferenceServer
/** Every page by its address, read by following links from the contents. */
const pages = new Map<string, string>()

before(async () => {
  server = await startReferenceServer()
  let found = ['/api_docs/contents']
  while (found.length > 0) {
    await each(found, async (address) => {
      pages.set(address, await read(address, 'text/html'))
    })
    found = [...new Set([...pages.values()].flatMap(pageLinks))].filter((address) => !pages.has(address))
  }
})
after(() => server.close())

/** Runs a few at a time, so that a server of one process is not given everything at once. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const workers = Array.from({ length: 8 }, async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item)
  })
  await Promise.all(workers)
}

async function read(address: string, type: string): Promise<string> {
  const response = await fetch(server.url + address, { redirect: 'manual' })
  const text = await response.text()
  assert.equal(response.status, 200, address)
  assert.equal(response.headers.get('content-type'), `${type}; charset=utf-8`, address)
  return text
}

function linksIn(html: string): string[] {
  return [...html.matchAll(/<a [^>]*?href="([^"]*)"/g)].map(([, link = '']) => link)
}

/** The pages that a page leads to, without the place on them. */
function pageLinks(html: string): string[] {
  return linksIn(html)
    .map((link) => link.split('#')[0] ?? '')
    .filter((link) => link.startsWith('/api_docs/') && !/\.\w+$/.test(link))
}

test('every operation, object and error code is reached from the contents', () => {
  const all = operations(() => Promise.reject(new Error('not called')))
  for (const { id } of all) assert.ok(pages.has(`/api_docs/operations/${id}`), id)
  for (const { tag } of all) {
    assert.ok(pages.has(`/api_docs/tags/${tag.toLowerCase().replaceAll(' ', '-')}`), tag)
  }
  for (const code of Object.keys(errorCodes)) assert.ok(pages.has(`/api_docs/errors/${code}`), code)
  for (const name of ['Contact', 'Problem', 'DealCreate']) assert.ok(pages.has(`/api_docs/objects/${name}`))
})

test('each page is whole HTML with a name of its own, and nothing on it comes from elsewhere', () => {
  const titles = new Map<string, string>()
  for (const [address, html] of pages) {
    const title = /<title>(.+) · Latchkey REST API<\/title>/.exec(html)?.[1] ?? ''
    const heading = /<h1[^>]*>(.*)<\/h1>/.exec(html)?.[1] ?? ''
    assert.match(html, /^<!doctype html>\n<html lang="en">/, address)
    assert.ok(html.includes(`<link rel="canonical" href="${server.url}${address}">`), address)
    assert.match(html, /<meta name="description" content="[^"]{5,}">/, address)
    assert.equal(html.match(/<h1/g)?.length, 1, address)
    assert.ok(title && heading, address)
    assert.equal(titles.get(title), undefined, `${address} and ${titles.get(title)} are both "${title}"`)
    titles.set(title, address)
    assert.doesNotMatch(html, /<script|<iframe|<img|<style| style=| on\w+=|javascript:/i, address)
    for (const [, source = ''] of html.matchAll(/<link rel="(?:stylesheet|icon)" href="([^"]*)"/g)) {
      assert.match(source, /^\/api_docs\/|^data:,$/, address)
    }
  }
})

test('no link leads nowhere, and no anchor is missing', async () => {
  const others = new Set<string>()
  for (const [address, html] of pages) {
    for (const link of linksIn(html)) {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? address : path
      // The status page is no part of the reference.
      if (!pages.has(target) && target !== '/status') others.add(target)
      if (anchor === undefined || !pages.has(target)) continue
      assert.ok(pages.get(target)?.includes(` id="${anchor}"`), `${address} leads to ${link}`)
    }
  }
  await each([...others], async (path) => {
    assert.match(path, /^\//, `${path} is on another server`)
    assert.equal((await fetch(server.url + path)).status, 200, path)
  })
})

test('every page has a twin in Markdown, whose links are whole and lead to twins', async () => {
  const twins = new Map<string, string>()
  await each([...pages.keys()], async (address) => {
    twins.set(`${address}.md`, await read(`${address}.md`, 'text/markdown'))
  })
  for (const [address, text] of twins) {
    assert.match(text, /^# \S/, address)
    for (const [, link = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      assert.ok(link.startsWith(`${server.url}/`), `${address}: ${link}`)
      const path = link.slice(server.url.length).split('#')[0] ?? ''
      const isKnown =
        twins.has(path) || /^\/(api_docs|status|llms.*|rest\/.*|api_docs\/changelog\.atom)$/.test(path)
      assert.ok(isKnown, `${address}: ${link}`)
    }
  }
})

test('a page is followed and preceded by its neighbours', () => {
  const page = pages.get('/api_docs/guides/authentication') ?? ''
  assert.match(page, /<a rel="prev" href="\/api_docs\/guides\/moving-from-leadsimple">/)
  assert.match(page, /<a rel="next" href="\/api_docs\/guides\/keys">/)
  assert.match(page, /<a href="\/api_docs\/guides\/authentication" aria-current="page">/)
})

test('an operation is told completely', () => {
  const page = pages.get('/api_docs/operations/createContact') ?? ''
  for (const words of [
    '<code>POST /rest/contacts</code>',
    '<code data-language="sh">curl -X POST',
    '<code data-language="js">',
    '<code data-language="python">',
    '<code data-language="ruby">',
    '<code data-language="php">',
    '<code>full_name</code> string.',
    '<code>phone</code> string, required.',
    '<code>Idempotency-Key</code> string.',
    '<a href="/api_docs/objects/Contact">Contact</a>',
    '<a href="/api_docs/errors/rate_limited"><code>rate_limited</code></a>',
  ]) {
    assert.ok(page.includes(words), words)
  }
})

test('llms.txt leads to twins that are there, and llms-full.txt holds every guide and operation', async () => {
  const short = await read('/llms.txt', 'text/plain')
  assert.match(short, /^# Latchkey REST API\n\n> /)
  const links = [...short.matchAll(/^- \[.+?\]\((.+?)\): /gm)].map(([, link = '']) => link)
  assert.ok(links.length > 30)
  await each(links, async (link) => {
    assert.ok(link.startsWith(`${server.url}/`), link)
    assert.equal((await fetch(link)).status, 200, link)
  })
  const full = await read('/llms-full.txt', 'text/plain')
  for (const { id } of operations(() => Promise.reject(new Error('not called')))) {
    assert.ok(full.includes(`Operation id: \`${id}\``), id)
  }
  const named = [...pages].filter(([address]) => address.startsWith('/api_docs/guides/'))
  for (const [address, html] of named) {
    const title = /<title>(.+?) · /.exec(html)?.[1] ?? ''
    assert.ok(full.includes(`\n# ${title.replaceAll('&amp;', '&')}\n`), address)
  }
})

test('a page is not sent twice, and takes nothing active', async () => {
  const response = await fetch(`${server.url}/api_docs/guides/errors`)
  const policy = response.headers.get('content-security-policy') ?? ''
  assert.ok(policy.startsWith("default-src 'none'; style-src 'self'"), policy)
  const etag = response.headers.get('etag') ?? ''
  const again = await fetch(response.url, { headers: { 'if-none-match': etag } })
  assert.equal(again.status, 304)
  assert.match(response.headers.get('link') ?? '', /errors\.md>; rel="alternate"; type="text\/markdown"/)
})

test('addresses that are nearly right lead on, and others say so', async () => {
  const follow = async (path: string) => {
    const response = await fetch(server.url + path, { redirect: 'manual' })
    return [response.status, response.headers.get('location')]
  }
  assert.deepEqual(await follow('/api_docs/guides/paging/'), [301, '/api_docs/guides/paging'])
  assert.deepEqual(await follow('/api_docs.md'), [301, '/api_docs/contents.md'])
  const missing = await fetch(`${server.url}/api_docs/guides/%3Cscript%3Ealert(1)%3C%2Fscript%3E`)
  assert.equal(missing.status, 404)
  const text = await missing.text()
  assert.ok(text.includes('&lt;script&gt;'))
  assert.ok(text.includes('<a href="/api_docs/contents">'))
})

test('the type of an error leads to the page of its code', async () => {
  const response = await fetch(`${server.url}/rest/contacts`)
  const problem = (await response.json()) as { type: string; code: string }
  const page = await fetch(server.url + problem.type)
  assert.equal(page.status, 200)
  assert.ok((await page.text()).includes(`<h1 id="${problem.code}"`))
})
