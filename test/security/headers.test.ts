import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, it } from 'node:test'
import { ensureBuilt } from '../../bin/build/ensure-built.ts'
import { readConfig } from '../../server/config.ts'
import { start } from '../../server/main.ts'
import { type Company, openCompany } from '../api/server.ts'

const closed = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

interface House {
  url: string
  company: Company
  close(): Promise<void>
}

let plain: House
let behindTls: House

before(async () => {
  await ensureBuilt()
  plain = await openHouse({})
  behindTls = await openHouse({ PUBLIC_URL: 'https://latchkey.example.com' })
})
after(async () => {
  await plain.close()
  await behindTls.close()
})

it('every answer that is no page is closed: it loads nothing, runs nothing and is framed by nobody', async () => {
  const { url, company } = plain
  const file = new FormData()
  file.set('file', new File(['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'], 'a.svg'))
  const contact = await company.api.made('/contacts', { full_name: 'Rosa Field' })
  const uploaded = await company.api.made(`/contacts/${contact.id}/uploaded_files`, file)
  const authorization = `Bearer ${company.key}`
  const requests: [string, RequestInit?][] = [
    ['/rest/contacts', { headers: { authorization } }],
    ['/rest/v1/contacts/export', { headers: { authorization } }],
    ['/rest/contacts/nobody', { headers: { authorization } }],
    ['/rest/contacts', { method: 'OPTIONS' }],
    ['/rest/contacts'],
    ['/rest/no-such-place'],
    ['/rest/openapi.json'],
    [`/rest/uploaded_files/${uploaded.id}/content`, { headers: { authorization } }],
    [String(uploaded.url).replace(url, '')],
    [`/files/${uploaded.id}`],
    ['/api/session'],
    ['/api/rest-access'],
    ['/api/no-such-place'],
    ['/healthz'],
    ['/readyz'],
    ['/status.json'],
    ['/llms.txt'],
    ['/api_docs/openapi.json'],
    ['/favicon.svg'],
    ['/%zz'],
    ['/status/', { redirect: 'manual' }],
    ['/', { method: 'POST' }],
  ]
  for (const [path, init] of requests) {
    const { headers, status } = await fetch(url + path, init)
    assert.equal(headers.get('content-security-policy'), closed, `${path} (${status})`)
    holdsCommon(headers, path)
  }
})

it('what is no HTTP is answered with the same headers', async () => {
  const { hostname, port } = new URL(plain.url)
  const socket = connect(Number(port), hostname)
  socket.write('nonsense\r\n\r\n')
  const answer = await text(socket)
  assert.match(answer, /^HTTP\/1\.1 400 /)
  assert.ok(answer.includes(`content-security-policy: ${closed}\r\n`))
  assert.ok(answer.includes('x-content-type-options: nosniff\r\n'))
})

it('every page names what it loads, without unsafe words, and the rest stays closed', async () => {
  for (const path of [
    '/',
    '/sign-in',
    '/settings/people',
    '/no-such-page',
    '/api_docs',
    '/api_docs/contents',
    '/api_docs/no-such-page',
    '/status',
  ]) {
    const { headers } = await fetch(plain.url + path)
    assert.match(headers.get('content-type') ?? '', /^text\/html/, path)
    const policy = directivesOf(headers.get('content-security-policy') ?? '')
    assert.equal(policy.get('default-src'), "'none'", path)
    assert.equal(policy.get('object-src'), "'none'", path)
    assert.equal(policy.get('base-uri'), "'none'", path)
    assert.equal(policy.get('frame-ancestors'), "'none'", path)
    assert.ok(policy.has('form-action'), path)
    for (const [name, sources] of policy) {
      assert.doesNotMatch(sources, /unsafe|\*|https?:|blob:/, `${path}: ${name}`)
      if (name.startsWith('script')) assert.equal(sources, "'self'", path)
    }
    holdsCommon(headers, path)
  }
})

it('a page of the web app has a nonce of its own', async () => {
  const nonceOf = async () => {
    const response = await fetch(plain.url)
    const style = directivesOf(response.headers.get('content-security-policy') ?? '').get('style-src')
    const [, nonce = ''] = /^'self' 'nonce-([A-Za-z0-9+/]{22}==)'$/.exec(style ?? '') ?? []
    assert.ok((await response.text()).includes(`name="csp-nonce" content="${nonce}"`))
    assert.equal(response.headers.get('cache-control'), 'no-store')
    return nonce
  }
  assert.notEqual(await nonceOf(), await nonceOf())
})

it('HSTS is told where people come by https, and nowhere else', async () => {
  for (const path of ['/', '/rest/contacts', '/status', '/%zz']) {
    const open = await fetch(plain.url + path)
    assert.equal(open.headers.get('strict-transport-security'), null, path)
    const secure = await fetch(behindTls.url + path)
    assert.equal(secure.headers.get('strict-transport-security'), 'max-age=31536000; includeSubDomains', path)
  }
})

function holdsCommon(headers: Headers, path: string): void {
  const isOpenFile = path.startsWith('/files/') && headers.has('content-disposition')
  assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
  assert.equal(headers.get('x-frame-options'), 'DENY', path)
  assert.equal(headers.get('referrer-policy'), 'no-referrer', path)
  assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', path)
  // A link is all that it takes to see a file, from wherever.
  const readers = isOpenFile ? 'cross-origin' : 'same-origin'
  assert.equal(headers.get('cross-origin-resource-policy'), readers, path)
  assert.match(headers.get('permissions-policy') ?? '', /camera=\(\).*geolocation=\(\).*usb=\(\)/, path)
  assert.equal(headers.get('server'), null, path)
  assert.equal(headers.get('x-powered-by'), null, path)
}

function directivesOf(policy: string): Map<string, string> {
  return new Map(
    policy.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ')
      return [name, sources.join(' ')]
    }),
  )
}

async function openHouse(settings: Record<string, string>): Promise<House> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-headers-'))
  const running = await start(
    readConfig({ PORT: '0', HOST: '127.0.0.1', LATCHKEY_DATA: directory, LOG_LEVEL: 'silent', ...settings }),
  )
  const address = running.app.server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const seen = { exchanges: [], secrets: [], violations: () => [] }
  const company = await openCompany({ ...running, url }, 'Acme Homes', 'ann@example.com', seen)
  return {
    url,
    company,
    async close() {
      await running.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
