import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../../../test/support/chromium.ts'
import { watchPolicy } from '../../../test/support/violations.ts'
import { type ReferenceServer, startReferenceServer } from '../testing.ts'

let server: ReferenceServer
let browser: Browser

before(async () => {
  server = await startReferenceServer()
  browser = await launchBrowser()
})
after(async () => {
  await browser.close()
  await server.close()
})

const addresses = [
  'contents',
  'guides/errors',
  'guides/limits',
  'operations/createDeal',
  'objects/Unit',
  'headers',
]

for (const [width, colorScheme] of [
  [1280, 'light'],
  [390, 'dark'],
] as const) {
  test(`the pages fit ${width} pixels in ${colorScheme} colours`, async () => {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    await watchPolicy(page, complaints)
    page.on('requestfailed', (request) => complaints.push(request.url()))
    for (const address of addresses) {
      await page.goto(`${server.url}/api_docs/${address}`)
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, address)
      const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor')
      assert.equal(ground, colorScheme === 'dark' ? 'rgb(22, 24, 28)' : 'rgb(255, 255, 255)')
    }
    assert.deepEqual(complaints, [])
    await context.close()
  })
}

test('without scripts the way from the reference to an operation is open, by keyboard too', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${server.url}/api_docs`)
  await page.getByRole('link', { name: 'contents' }).click()
  await page.getByRole('link', { name: 'Create a contact', exact: true }).click()
  await page.getByRole('heading', { name: 'Create a contact', level: 1 }).waitFor()
  await page.keyboard.press('Tab')
  assert.equal(await page.locator(':focus').textContent(), 'To the content')
  await page.getByRole('link', { name: 'Next' }).click()
  await page.getByRole('heading', { name: 'Get one contact', level: 1 }).waitFor()
  await context.close()
})
