import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { findChromium, launchBrowser } from './chromium.ts'

describe('the browser', () => {
  let browser: Browser
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end('<title>Schlüssel</title><button onclick="this.textContent = 2 + 2">Add</button>')
  })
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    browser = await launchBrowser()
  })
  after(async () => {
    await browser?.close()
    await new Promise((resolve) => server.close(resolve))
  })

  it('opens a page of this machine, reads its title, runs its script and draws its letters', async () => {
    const page = await browser.newPage()
    const address = server.address()
    assert.ok(address && typeof address === 'object')
    await page.goto(`http://localhost:${address.port}/`)
    assert.equal(await page.title(), 'Schlüssel')
    const button = page.getByRole('button')
    assert.ok((await button.boundingBox())?.width)
    await button.click()
    assert.equal(await button.textContent(), '4')
    assert.ok((await page.screenshot()).length > 1_000)
    await page.close()
  })

  it('forgets a visitor with the context that it came in', async () => {
    const first = await browser.newContext()
    await first.addCookies([{ name: 'session', value: 'one', url: 'http://localhost/' }])
    const second = await browser.newContext()
    assert.deepEqual(await second.cookies(), [])
    await Promise.all([first.close(), second.close()])
  })

  it('is the one that CHROMIUM_PATH names, before any other', async () => {
    const found = await findChromium({ CHROMIUM_PATH: '/somewhere/chromium', CHROMIUM_FROM: 'npm' })
    assert.equal(found.path, '/somewhere/chromium')
  })

  it('says which program did not start, and what to set', async (t) => {
    const known = process.env.CHROMIUM_PATH
    t.after(() => {
      if (known === undefined) delete process.env.CHROMIUM_PATH
      else process.env.CHROMIUM_PATH = known
    })
    process.env.CHROMIUM_PATH = join(import.meta.dirname, 'no-browser-here')
    await assert.rejects(
      launchBrowser(),
      /no-browser-here \(CHROMIUM_PATH\) did not start\. Set CHROMIUM_PATH/,
    )
  })
})
