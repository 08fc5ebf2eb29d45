import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { ensureBuilt } from '../../bin/build/ensure-built.ts'
import { launchBrowser } from '../support/chromium.ts'
import { type OpenEngine, openEngine } from '../support/engines.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { watchPolicy } from '../support/violations.ts'

export const sizes = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const

/** A server with an empty database and browsers that look at it. */
export interface House {
  server: ServerProcess
  /** Makes every session as old as that many hours, as if they had passed. */
  ageSessions(hours: number): void
  /** A new person at a new browser: own cookies, own clipboard. */
  visitor(size: keyof typeof sizes): Promise<Visitor>
  close(): Promise<void>
}

export interface Visitor {
  page: Page
  /** What the page complained of: console errors, exceptions, refused by the content security policy. */
  complaints: string[]
  close(): Promise<void>
}

export async function openHouse(env: Record<string, string> = {}): Promise<House> {
  await ensureBuilt()
  const storage: OpenEngine = await openEngine('sqlite')
  const server = await startServerProcess(storage, { HOST: 'localhost', LOG_LEVEL: 'warn', ...env })
  const browser: Browser = await launchBrowser()
  return {
    server,
    ageSessions: (hours) => ageSessions(join(storage.directory, 'latchkey.db'), hours),
    visitor: (size) => visit(browser, server.url, size),
    async close() {
      await browser.close()
      await server.stop()
      await storage.close()
    },
  }
}

/** Fails when the page complained, or is wider than the screen. */
export async function assertCalm(visitor: Visitor): Promise<void> {
  assert.deepEqual(visitor.complaints, [])
  const overflow = await visitor.page.evaluate('document.documentElement.scrollWidth - innerWidth')
  assert.ok(Number(overflow) <= 0, `the page is ${overflow} px wider than the screen`)
}

async function visit(browser: Browser, url: string, size: keyof typeof sizes): Promise<Visitor> {
  const context: BrowserContext = await browser.newContext({ viewport: sizes[size], baseURL: url })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // Chromium also reports each 4xx as an error; those are answers that the pages handle.
    const isAnswer = message.text().startsWith('Failed to load resource: the server responded with')
    if (message.type() === 'error' && !isAnswer) complaints.push(message.text())
  })
  await watchPolicy(page, complaints)
  return { page, complaints, close: () => context.close() }
}

function ageSessions(file: string, hours: number): void {
  const database = new DatabaseSync(file)
  const then = new Date(Date.now() - hours * 3_600_000).toISOString()
  database.prepare('update sessions set created_at = ?').run(then)
  database.close()
}
