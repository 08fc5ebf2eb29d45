import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { admin } from '../support/admin.ts'
import { clipboardHolds, shownKey, statusOf } from './steps.ts'
import { assertCalm, type House, openHouse, type Visitor } from './visit.ts'

const mostTabs = 60

describe('the way from the first visit to a rotated key, by keyboard alone', () => {
  let house: House
  let visitor: Visitor
  let page: Page

  before(async () => {
    house = await openHouse()
    visitor = await house.visitor('desktop')
    page = visitor.page
  })
  after(() => house.close())

  it('fills in the set-up', async () => {
    await page.goto('/')
    await page.getByRole('button', { name: 'Create company' }).waitFor()
    await typeInto('Company name', 'Ash Property Care')
    await typeInto('Your name', admin.name)
    await typeInto('Email', admin.email)
    await typeInto('Password', admin.password)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/settings/integrations')
  })

  it('opens the page, enables access and copies the key', async () => {
    await page.getByRole('link', { name: /REST API/ }).waitFor()
    await press('link', /REST API/)
    await page.getByRole('button', { name: 'Enable REST API access' }).waitFor()
    await press('button', /Enable REST API access/)
    const key = await shownKey(page)
    await press('button', /Copy key/)
    await clipboardHolds(page, key)
    assert.equal(await statusOf(house.server.url, key), 200)
  })

  it('leaves the dialog by Escape with the focus where it was, and rotates by Enter', async () => {
    const first = await shownKey(page)
    await press('button', /Rotate API key/)
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.waitForFunction(() => document.activeElement?.textContent?.includes('Rotate API key'))
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await press('button', /^Rotate key/)
    await page.getByText('Last rotated').waitFor()
    assert.notEqual(await shownKey(page), first)
    assert.equal(await statusOf(house.server.url, first), 401)
    await assertCalm(visitor)
  })

  async function typeInto(label: string, text: string): Promise<void> {
    const field = page.getByLabel(label, { exact: true })
    await tabUntil(() => field.evaluate((element) => element === document.activeElement), label)
    await page.keyboard.type(text)
  }

  async function press(role: 'button' | 'link', name: RegExp): Promise<void> {
    const target = page.getByRole(role, { name }).first()
    await tabUntil(() => target.evaluate((element) => element === document.activeElement), String(name))
    assert.ok(await target.evaluate(isOutlined), `the focus on ${name} cannot be seen`)
    await page.keyboard.press('Enter')
  }

  async function tabUntil(reached: () => Promise<boolean>, what: string): Promise<void> {
    for (let tabs = 0; tabs < mostTabs; tabs++) {
      if (await reached()) return
      await page.keyboard.press('Tab')
    }
    assert.fail(`${what} is not reached by Tab`)
  }
})

/** A link that fills a card shows its focus around the card. */
function isOutlined(element: Element): boolean {
  const chain = [element, element.closest('[class*=card]')].filter((part) => part !== null)
  return chain.some((part) => getComputedStyle(part).outlineStyle !== 'none')
}
