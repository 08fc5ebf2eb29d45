import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../test/support/chromium.ts'
import { watchPolicy } from '../../test/support/violations.ts'
import { type ReferenceServer, startReferenceServer } from './testing.ts'

let server: ReferenceServer
let browser: Browser
const complaints: string[] = []

before(async () => {
  server = await startReferenceServer()
  browser = await launchBrowser()
})
after(async () => {
  await browser.close()
  await server.close()
})
afterEach(() => {
  assert.deepEqual(complaints.splice(0), [])
})

/** A page that waits for as long as a busy machine may need. */
async function newPage(width = 1280): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 } })
  page.setDefaultTimeout(180_000)
  return page
}

/** The page at a hash. Whatever leaves the server, and every error in the page, fails the test. */
async function open(hash: string, width = 1280): Promise<Page> {
  const page = await newPage(width)
  page.on('request', (request) => {
    const isHere = request.url().startsWith(`${server.url}/`) || /^(data|blob):/.test(request.url())
    if (!isHere) complaints.push(`request to ${request.url()}`)
  })
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await watchPolicy(page, complaints)
  await page.goto(`${server.url}/api_docs${hash}`)
  await page.getByRole('heading', { name: 'Quick start' }).waitFor()
  return page
}

for (const width of [1280, 390]) {
  test(`the reference opens at ${width} pixels and does not scroll sideways`, async () => {
    const page = await open('', width)
    await page.getByText('curl -X POST').first().waitFor()
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
    assert.equal(await page.getByText('Powered by Scalar').isVisible(), false)
    assert.equal(await page.getByText(/Ask AI|Generate MCP/).count(), 0)
    await page.close()
  })
}

test('an address of an error code from earlier versions leads to its page', async () => {
  const page = await newPage()
  await page.goto(`${server.url}/api_docs#error-stage-in-use`)
  await page.waitForURL(`${server.url}/api_docs/errors/stage_in_use`)
  await page.getByRole('heading', { name: 'stage_in_use' }).waitFor()
  await page.close()
})

test('the name of a guide lands on it', async () => {
  const page = await open('#limits')
  await page.waitForFunction(
    "[...document.querySelectorAll('h1')].some((one) => one.textContent.trim() === 'Limits' && one.getBoundingClientRect().top > 0 && one.getBoundingClientRect().top < innerHeight / 2)",
  )
  await page.close()
})

test('a request can be tried with a key', async () => {
  const page = await open('#api/tag/info/getAccount')
  await page.getByPlaceholder('Token').first().fill(server.key)
  await page.getByRole('button', { name: 'Test Request' }).first().click()
  const answer = page.waitForResponse((response) => response.url() === `${server.url}/rest/info/account`)
  await page.getByRole('button', { name: /^Send/ }).first().click()
  const response = await answer
  assert.equal(response.status(), 200)
  assert.equal(response.headers()['x-ignored-params'], undefined)
  await page.getByText('200 OK').first().waitFor()
  const kept = await page.evaluate(
    'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
  )
  assert.ok(!String(kept).includes(server.key), 'the key stays in the page')
  await page.close()
})

test('the samples begin with curl and offer the other languages', async () => {
  const page = await open('#api/tag/contacts/createContact')
  const section = page.locator('[id="api/tag/contacts/createContact"]')
  await section.getByText('$LATCHKEY_API_KEY').first().waitFor()
  await section.getByRole('button', { name: 'curl' }).click()
  for (const name of ['Node.js', 'Python', 'Ruby', 'PHP']) {
    await page.getByRole('option', { name }).first().waitFor()
  }
  await page.close()
})
