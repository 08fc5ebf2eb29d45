import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../test/support/chromium.ts'
import { openEngine as openStorage } from '../../test/support/engines.ts'
import { readConfig } from '../config.ts'
import { type Running, start } from '../main.ts'
import { newId } from '../storage/ids.ts'

const hour = 3_600_000
const day = 24 * hour

let server: Running
let browser: Browser
let storage: Awaited<ReturnType<typeof openStorage>>
const complaints: string[] = []

before(async () => {
  storage = await openStorage('sqlite')
  server = await start(
    readConfig({ PORT: '0', HOST: '127.0.0.1', LATCHKEY_DATA: storage.directory, LOG_LEVEL: 'silent' }),
  )
  await writeHistory(server)
  browser = await launchBrowser()
})
after(async () => {
  await browser.close()
  await server.stop()
  await storage.close()
})

/** Seventy days with an outage, a planned stop, and a database that was out of reach for half a day. */
async function writeHistory({ engine }: Running): Promise<void> {
  const now = Date.now()
  const runs = [
    [70 * day, 40 * day, null],
    [40 * day - 20 * 60_000, 12 * day, 'graceful'],
    [12 * day - 60_000, 5 * day, 'database'],
    [4.5 * day, 0, 'graceful'],
  ] as const
  await engine.transaction(async (tx) => {
    for (const [from, to, ended] of runs) {
      const row = { id: newId(), started_at: now - from, last_seen_at: now - to, ended }
      await tx.insertInto('server_runs').values(row).execute()
    }
  })
}

async function open(width: number, colorScheme: 'light' | 'dark'): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme })
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${server.url}/`) && !request.url().startsWith('data:'))
      complaints.push(`request to ${request.url()}`)
  })
  await page.goto(`${server.url}/status`)
  return page
}

for (const [width, colorScheme] of [
  [1280, 'light'],
  [390, 'dark'],
] as const) {
  test(`the status page can be read at ${width} pixels, ${colorScheme}`, async () => {
    const page = await open(width, colorScheme)
    await page.getByText('All parts are operational').waitFor()
    assert.equal(await page.locator('.days li').count(), 90)
    await page.getByText('Day by day').focus()
    await page.keyboard.press('Enter')
    const rows = await page.getByRole('row').allTextContents()
    assert.equal(rows.length, 91)
    assert.match(rows.at(-1) ?? '', /no data$/)
    assert.match(rows[1] ?? '', /100 %$/)
    const kinds = await page.locator('.incidents .kind').allTextContents()
    assert.deepEqual(kinds.slice(-3), ['Database', 'Maintenance', 'Outage'])
    assert.ok((await page.locator('.incidents .duration').allTextContents()).includes('12 h'))
    await page.getByText('All times are UTC').waitFor()
    assert.ok((await page.locator('.days .none').count()) > 15)
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
    // The policy lets the style in: without it the bars have no colour.
    const colour = await page.evaluate(
      "getComputedStyle(document.querySelector('.days .up')).backgroundColor",
    )
    assert.notEqual(colour, 'rgba(0, 0, 0, 0)')
    assert.deepEqual(complaints.splice(0), [])
    await page.close()
  })
}
