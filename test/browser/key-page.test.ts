import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { admin } from '../support/admin.ts'
import { copyKey, createCompany, openRestAccess, shownKey, statusOf } from './steps.ts'
import { assertCalm, type House, openHouse, sizes, type Visitor } from './visit.ts'

for (const size of Object.keys(sizes) as (keyof typeof sizes)[]) {
  describe(`the REST API page on a ${size}`, () => {
    let house: House
    let visitor: Visitor
    let page: Page
    let firstKey = ''

    before(async () => {
      house = await openHouse({ SUPPORT_ADDRESS: 'help@example.com' })
      visitor = await house.visitor(size)
      page = visitor.page
    })
    after(() => house.close())

    it('is reached from the first visit in a few steps and offers to enable access', async () => {
      await createCompany(page)
      await openRestAccess(page)
      await page.getByRole('button', { name: 'Enable REST API access' }).waitFor()
      await page.getByText('help@example.com').waitFor()
      await assertCalm(visitor)
    })

    it('shows a key that works as soon as access is enabled', async () => {
      await page.getByRole('button', { name: 'Enable REST API access' }).click()
      await page.getByRole('heading', { name: 'Your REST API key' }).waitFor()
      firstKey = await shownKey(page)
      assert.equal(await statusOf(house.server.url, firstKey), 200)
      await page.getByText('Created').waitFor()
      await page.getByText(/Keep it private/).waitFor()
      assert.equal(await page.getByText('Last rotated').count(), 0)
      await assertCalm(visitor)
    })

    it('hides the key on a later visit until it is shown, and copies the same key', async () => {
      await page.reload()
      await page.getByRole('heading', { name: 'Your REST API key' }).waitFor()
      const field = page.getByLabel('API key', { exact: true })
      assert.match(await field.inputValue(), /^lk_live_•+.{4}$/)
      assert.ok(
        !(await page.content()).includes(firstKey),
        'the whole key is in the page before it was asked for',
      )
      await copyKey(page, firstKey)
      await page.getByRole('button', { name: 'Show key' }).click()
      assert.equal(await shownKey(page), firstKey)
    })

    it('says what a rotation does before it is done, and does nothing on Cancel', async () => {
      await page.getByRole('button', { name: 'Rotate API key' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText(/stops working immediately/).waitFor()
      await dialog.getByText(/Every integration that uses it fails until it is updated/).waitFor()
      await dialog.getByText(/cannot be undone/).waitFor()
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      await dialog.waitFor({ state: 'hidden' })
      assert.equal(await statusOf(house.server.url, firstKey), 200)
    })

    it('rotates: the old key ends, the new one is there to copy, the date is set', async () => {
      await page.getByRole('button', { name: 'Rotate API key' }).click()
      await page.getByRole('button', { name: 'Rotate key' }).click()
      await page.getByText('Last rotated').waitFor()
      const secondKey = await shownKey(page)
      assert.notEqual(secondKey, firstKey)
      assert.equal(await statusOf(house.server.url, firstKey), 401)
      assert.equal(await statusOf(house.server.url, secondKey), 200)
      await copyKey(page, secondKey)
      await assertCalm(visitor)
    })

    it('asks for the password again before it shows a key when the sign-in is half a day old', async () => {
      const key = await shownKey(page)
      await page.reload()
      house.ageSessions(13)
      await page.getByRole('button', { name: 'Show key' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Password', { exact: true }).fill('not-the-pass-phrase')
      await page.keyboard.press('Enter')
      await dialog.getByText(/do not match/).waitFor()
      await dialog.getByLabel('Password', { exact: true }).fill(admin.password)
      await page.keyboard.press('Enter')
      assert.equal(await shownKey(page), key)
    })

    it('turns access off after a confirmation, and the key ends', async () => {
      const key = await shownKey(page)
      await page.getByRole('button', { name: 'Turn off REST API access' }).click()
      await page.getByRole('button', { name: 'Turn off access' }).click()
      await page.getByRole('button', { name: 'Enable REST API access' }).waitFor()
      assert.equal(await statusOf(house.server.url, key), 401)
    })

    it('opens the reference from the page', async () => {
      const link = page.getByRole('link', { name: /API reference/ }).last()
      assert.equal(await link.getAttribute('href'), '/api_docs')
    })
  })
}
