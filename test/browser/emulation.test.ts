import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { createCompany, openRestAccess, shownKey } from './steps.ts'
import { assertCalm, type House, openHouse, sizes, type Visitor } from './visit.ts'

const banner = /Strict emulation is on:/

for (const size of Object.keys(sizes) as (keyof typeof sizes)[]) {
  describe(`strict emulation on a ${size}`, () => {
    let house: House
    let visitor: Visitor
    let page: Page
    let key = ''

    before(async () => {
      house = await openHouse()
      visitor = await house.visitor(size)
      page = visitor.page
      await createCompany(page)
      await openRestAccess(page)
      await page.getByRole('button', { name: 'Enable REST API access' }).click()
      key = await shownKey(page)
    })
    after(() => house.close())

    it('is off at first, and says what it does before it is on', async () => {
      assert.equal(await page.getByText(banner).count(), 0)
      await page.getByRole('button', { name: 'Turn on strict emulation' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText(/every key of this account/).waitFor()
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      await dialog.waitFor({ state: 'hidden' })
      assert.equal(await requestsLimit(house.server.url, key), '6000')
      await assertCalm(visitor)
    })

    it('is switched on, shown on top of the page, and still there after a reload', async () => {
      await page.getByRole('button', { name: 'Turn on strict emulation' }).click()
      await page.getByRole('button', { name: 'Turn on', exact: true }).click()
      await page.getByText(banner).waitFor()
      assert.equal(await requestsLimit(house.server.url, key), '100')
      await page.reload()
      await page.getByText(banner).waitFor()
      await page.getByText(/While strict emulation is on, keys have its limits/).waitFor()
      await assertCalm(visitor)
    })

    it('is switched off by keyboard, from the banner', async () => {
      const link = page.getByRole('button', { name: 'Go to the switch' })
      await link.focus()
      await page.keyboard.press('Enter')
      await focusOn(page, 'Turn off strict emulation')
      await page.keyboard.press('Enter')
      await page.getByText(banner).waitFor({ state: 'detached' })
      // The button keeps the focus, so that the next Enter is where one is.
      await focusOn(page, 'Turn on strict emulation')
      assert.equal(await requestsLimit(house.server.url, key), '6000')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      await focusOn(page, 'Turn on strict emulation')
      await assertCalm(visitor)
    })

    it('leaves the limits that were saved meanwhile', async () => {
      await page.getByRole('button', { name: 'Turn on strict emulation' }).click()
      await page.getByRole('button', { name: 'Turn on', exact: true }).click()
      await page.getByText(banner).waitFor()
      await page.getByLabel('Requests per minute').fill('50')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Limits and browser access saved').waitFor()
      assert.equal(await requestsLimit(house.server.url, key), '100')
      await page.getByRole('button', { name: 'Turn off strict emulation' }).click()
      await page.getByText(banner).waitFor({ state: 'detached' })
      assert.equal(await requestsLimit(house.server.url, key), '50')
    })
  })
}

async function requestsLimit(url: string, key: string): Promise<string | null> {
  const response = await fetch(`${url}/rest/info/account`, { headers: { authorization: key } })
  return response.headers.get('x-ratelimit-metric-requests-limit')
}

/** Waits until a button that can be pressed has the focus. */
function focusOn(page: Page, text: string) {
  return page.waitForFunction((wanted) => {
    const focused = document.activeElement
    return focused?.textContent?.includes(wanted) && focused.matches(':enabled')
  }, text)
}
