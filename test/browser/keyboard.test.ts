import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { admin } from '../support/admin.ts'
import { type Keys, keysOf } from './keys.ts'
import { clipboardHolds, shownKey, statusOf } from './steps.ts'
import { assertCalm, type House, openHouse, type Visitor } from './visit.ts'

describe('the way from the first visit to a rotated key, by keyboard alone', () => {
  let house: House
  let visitor: Visitor
  let page: Page
  let keys: Keys

  before(async () => {
    house = await openHouse()
    visitor = await house.visitor('desktop')
    page = visitor.page
    keys = keysOf(page)
  })
  after(() => house.close())

  it('fills in the set-up', async () => {
    await page.goto('/')
    await page.getByRole('button', { name: 'Create company' }).waitFor()
    await keys.typeInto('Company name', 'Ash Property Care')
    await keys.typeInto('Your name', admin.name)
    await keys.typeInto('Email', admin.email)
    await keys.typeInto('Password', admin.password)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/settings/integrations')
  })

  it('opens the page, enables access and copies the key', async () => {
    await page.getByRole('link', { name: /REST API/ }).waitFor()
    await keys.press('link', /REST API/)
    await page.getByRole('button', { name: 'Enable REST API access' }).waitFor()
    await keys.press('button', /Enable REST API access/)
    const key = await shownKey(page)
    await keys.press('button', /Copy key/)
    await clipboardHolds(page, key)
    assert.equal(await statusOf(house.server.url, key), 200)
  })

  it('leaves the dialog by Escape with the focus where it was, and rotates by Enter', async () => {
    const first = await shownKey(page)
    await keys.press('button', /Rotate API key/)
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.waitForFunction(() => document.activeElement?.textContent?.includes('Rotate API key'))
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await keys.press('button', /^Rotate key/)
    await page.getByText('Last rotated').waitFor()
    assert.notEqual(await shownKey(page), first)
    assert.equal(await statusOf(house.server.url, first), 401)
    await assertCalm(visitor)
  })
})
