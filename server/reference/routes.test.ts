import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ReferenceServer, startReferenceServer } from './testing.ts'

let server: ReferenceServer

before(async () => {
  server = await startReferenceServer()
})
after(() => server.close())

test('the document is public, open to other origins, and not sent twice', async () => {
  for (const path of ['/rest/openapi.json', '/rest/v1/openapi.json']) {
    const response = await fetch(server.url + path, { headers: { origin: 'https://elsewhere.example' } })
    assert.equal(response.status, 200)
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/)
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
    const document = (await response.json()) as { openapi: string; servers: { url: string }[] }
    assert.equal(document.openapi, '3.1.0')
    assert.equal(document.servers[0]?.url, `${server.url}/rest`)
    const etag = response.headers.get('etag') ?? ''
    const again = await fetch(server.url + path, { headers: { 'if-none-match': etag } })
    assert.equal(again.status, 304)
    assert.equal(await again.text(), '')
  }
})

test('the page takes scripts and connections from this server alone', async () => {
  const response = await fetch(`${server.url}/api_docs`)
  assert.equal(response.status, 200)
  const policy = response.headers.get('content-security-policy') ?? ''
  for (const rule of [
    "default-src 'none'",
    "script-src 'self';",
    "connect-src 'self'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ]) {
    assert.ok(policy.includes(rule), rule)
  }
  assert.doesNotMatch(policy, /unsafe/)
  const [, nonce = ''] = /style-src 'self' 'nonce-([A-Za-z0-9+/]{22}==)';/.exec(policy) ?? []
  const text = await response.text()
  assert.ok(text.includes(`<meta property="csp-nonce" content="${nonce}">`))
  assert.doesNotMatch(text, /https?:\/\/|<script>|onload=/)
  const again = await fetch(`${server.url}/api_docs`)
  assert.ok(!again.headers.get('content-security-policy')?.includes(nonce), 'each answer has its own')
})

test('what the page is made of is kept for long, and compressed where that is taken', async () => {
  const page = await (await fetch(`${server.url}/api_docs`)).text()
  const files = [...page.matchAll(/(?:src|stylesheet" href)="(\/api_docs\/[^"]+)"/g)].map(
    (match) => match[1] ?? '',
  )
  assert.equal(files.length, 4)
  for (const file of files) {
    const response = await fetch(server.url + file)
    assert.equal(response.status, 200, file)
    assert.match(response.headers.get('cache-control') ?? '', /max-age=31536000, immutable/)
    assert.ok((await response.text()).length > 100)
    const isBundle = file.includes('/scalar-')
    assert.equal(response.headers.get('content-encoding'), isBundle ? 'gzip' : null)
  }
})

test('the page with a slash leads to the page', async () => {
  const response = await fetch(`${server.url}/api_docs/`, { redirect: 'manual' })
  assert.equal(response.status, 301)
  assert.equal(response.headers.get('location'), '/api_docs')
})
