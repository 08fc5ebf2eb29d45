import { after, before, beforeEach, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { createCompany } from './steps.ts'
import { assertCalm, type House, openHouse, type Visitor } from './visit.ts'

describe('an open record page', () => {
  let house: House
  let visitor: Visitor
  let page: Page
  let id: string

  before(async () => {
    house = await openHouse()
    visitor = await house.visitor('desktop')
    page = visitor.page
    await createCompany(page)
  })
  after(() => house.close())

  beforeEach(async () => {
    id = await sent('POST', '/rest/contacts', { full_name: 'Rosa Field' })
    const stream = streamOpened()
    await page.goto(`/contacts/${id}`)
    await page.getByRole('heading', { level: 1, name: 'Rosa Field' }).waitFor()
    await stream
    await page.evaluate('window.isSamePage = true')
  })

  it('shows a change as it happens, also in the history', async () => {
    await sent('PATCH', `/rest/contacts/${id}`, { last_name: 'Moss' })
    await page.getByRole('heading', { level: 1, name: 'Rosa Moss' }).waitFor()
    await page.getByText('Last name: Field → Moss').waitFor()
    await page.waitForFunction('window.isSamePage')
    await assertCalm(visitor)
  })

  it('catches up when its tab is shown again', async () => {
    const ended = page.waitForEvent('requestfailed', (request) => isStream(request.url()))
    await turn('hidden')
    await ended
    await sent('PATCH', `/rest/contacts/${id}`, { last_name: 'Moss' })
    const stream = streamOpened()
    await turn('visible')
    await stream
    await page.getByRole('heading', { level: 1, name: 'Rosa Moss' }).waitFor()
    await page.getByText('Last name: Field → Moss').waitFor()
    await page.waitForFunction('window.isSamePage')
    await assertCalm(visitor)
  })

  function streamOpened() {
    return page.waitForResponse((response) => isStream(response.url()) && response.status() === 200)
  }

  function isStream(url: string): boolean {
    return new URL(url).pathname === '/rest/events/stream'
  }

  /** Playwright shows every tab always: the page is told otherwise. */
  async function turn(state: 'hidden' | 'visible') {
    await page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value })
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
    }, state)
  }

  /** Past the page, with its cookie. */
  async function sent(method: string, path: string, fields: object): Promise<string> {
    const headers = { origin: house.server.url }
    const response = await page.context().request.fetch(path, { method, headers, data: fields })
    const answer = await response.json()
    if (!response.ok()) throw new Error(JSON.stringify(answer))
    return answer.data.id
  }
})
