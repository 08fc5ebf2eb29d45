import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { admin } from '../support/admin.ts'
import { keysOf } from './keys.ts'
import {
  clipboardHolds,
  clipboardText,
  createCompany,
  joinAs,
  openRestAccess,
  send,
  shownKey,
  signIn,
  statusOf,
} from './steps.ts'
import { assertCalm, type House, openHouse, type Visitor } from './visit.ts'

const member = { name: 'Ash Park', email: 'ash.park@example.com', password: 'another-long-pass-phrase-2' }
const restApi = '/settings/integrations/rest-api'

describe('the named keys on the REST API page', () => {
  let house: House
  let boss: Visitor
  let page: Page
  let key = ''

  before(async () => {
    house = await openHouse()
    boss = await house.visitor('desktop')
    page = boss.page
    await createCompany(page)
    await joinAs(page, member)
    await send(page, 'POST', 'pipelines', { name: 'Owners' })
    await openRestAccess(page)
    await button('Enable REST API access').click()
  })
  after(() => house.close())

  it('say what they are for, and lead to the form', async () => {
    await page.getByText('Give each integration a key of its own').waitFor()
    await assertCalm(boss)
    await page.getByRole('link', { name: 'Create a key' }).click()
    await page.getByRole('heading', { level: 1, name: 'Create a key' }).waitFor()
    await page.goBack()
    await page.getByText('Give each integration a key of its own').waitFor()
    await page.goForward()
    await page.reload()
  })

  it('have no silent default, and show what is wrong at the field, whoever found it', async () => {
    await button('Create key').click()
    for (const missing of ['Enter a name', 'Choose what the key may do.', 'Choose how long the key works.'])
      await page.getByText(missing).waitFor()
    await page.getByLabel('Name', { exact: true }).fill('Accounting')
    await page.getByLabel('Chosen by area').check()
    await page.getByLabel('90 days').check()
    await page.getByLabel('Allowed addresses').fill('the office')
    await button('Create key').click()
    await page.getByText('Tick at least one box.').waitFor()
    await page.getByLabel('Read leads').check()
    await button('Create key').click()
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
    await page.locator('.mantine-Textarea-error').waitFor()
    await assertCalm(boss)
  })

  it('are created for chosen areas of chosen pipelines, and shown to be copied', async () => {
    await page.getByLabel('Write tasks').check()
    assert.ok(await page.getByLabel('Read tasks').isChecked())
    assert.equal(await page.getByLabel('Write reports').count(), 0)
    await page.getByLabel('Chosen pipelines').check()
    await page.getByRole('combobox', { name: 'Which pipelines' }).click()
    await page.getByRole('option', { name: 'Owners' }).click()
    await page.getByLabel('Allowed addresses').fill('127.0.0.1\n::1')
    await assertCalm(boss)
    await button('Create key').click()
    await page.getByRole('heading', { level: 1, name: 'Key created' }).waitFor()
    key = await page.getByLabel('Key of Accounting').inputValue()
    assert.match(key, /^lk_live_[A-Za-z0-9]{38}$/)
    await button('Copy key').click()
    await clipboardHolds(page, key)
    assert.equal(await statusOf(house.server.url, key), 200)
    await assertCalm(boss)
    await page.getByRole('link', { name: 'Done' }).click()
  })

  it('are listed with what they may do and how much they are used', async () => {
    await page.reload()
    const row = rowOf('Accounting')
    await row.getByText('Reads leads. Reads and changes tasks. Pipelines: only “Owners”.').waitFor()
    await row.getByText('Only from 127.0.0.1 and ::1.').waitFor()
    await row.getByText(`…${key.slice(-4)}`).waitFor()
    await row.getByText(`by ${admin.name}`).waitFor()
    await row.getByText('Active').waitFor()
    await row.getByText(/^Until the end of/).waitFor()
    await row.getByRole('img', { name: /requests? in 30 days/i }).waitFor()
    assert.ok(!(await page.content()).includes(key), 'the whole key is in the page before it was asked for')
    await assertCalm(boss)
  })

  it('are copied and shown again later', async () => {
    await button('Copy the key Accounting').click()
    await clipboardHolds(page, key)
    await choose('Accounting', 'Show key')
    assert.equal(await page.getByLabel('Key of Accounting').inputValue(), key)
    await assertCalm(boss)
    await button('Hide key').click()
    await page.getByLabel('Key of Accounting').waitFor({ state: 'detached' })
    await focusOn('More for the key Accounting')
  })

  it('are changed by the form, which has what was chosen before', async () => {
    await choose('Accounting', 'Change')
    await page.getByRole('heading', { level: 1, name: 'Change key' }).waitFor()
    await page.reload()
    assert.ok(await page.getByLabel('Write tasks').isChecked())
    assert.ok(await page.getByLabel('As it is').isChecked())
    await page.getByLabel('Name', { exact: true }).fill('Books')
    await page.getByLabel('Read only').check()
    await page.getByLabel('All pipelines').check()
    await page.getByLabel('Allowed addresses').fill('')
    await page.getByLabel('Requests per minute').fill('600')
    await button('Save changes').click()
    await page.getByText('Key saved.').waitFor()
    await rowOf('Books').getByText('Reads everything.').waitFor()
    await rowOf('Books').getByText('At most 600 requests a minute.').waitFor()
    assert.equal(await statusOf(house.server.url, key), 200)
  })

  it('are rotated while the previous one works on, if somebody chooses so', async () => {
    await choose('Books', 'Rotate')
    await dialog()
      .getByText(/stops working immediately/)
      .waitFor()
    await dialog().getByLabel('In 1 hour').check()
    await dialog()
      .getByText(/^The current key works until/)
      .waitFor()
    await dialog().getByRole('button', { name: 'Rotate key' }).click()
    const rotated = await page.getByLabel('Key of Books').inputValue()
    assert.notEqual(rotated, key)
    assert.equal(await statusOf(house.server.url, key), 200)
    assert.equal(await statusOf(house.server.url, rotated), 200)
    await rowOf('Books')
      .getByText(/^The previous key works until/)
      .waitFor()
    key = rotated
    await assertCalm(boss)
  })

  it('are disabled after a confirmation, and enabled again', async () => {
    await choose('Books', 'Disable')
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    await dialog().waitFor({ state: 'hidden' })
    await focusOn('More for the key Books')
    assert.equal(await statusOf(house.server.url, key), 200)
    await choose('Books', 'Disable')
    await dialog().getByRole('button', { name: 'Disable key' }).click()
    await rowOf('Books').getByText('Disabled').waitFor()
    assert.equal(await statusOf(house.server.url, key), 401)
    await choose('Books', 'Enable')
    await rowOf('Books').getByText('Active').waitFor()
    await focusOn('More for the key Books')
    assert.equal(await statusOf(house.server.url, key), 200)
  })

  it('ask for the password again when the sign-in is half a day old', async () => {
    await page.reload()
    house.ageSessions(13)
    await button('Copy the key Books').click()
    await dialog().getByLabel('Password', { exact: true }).fill(admin.password)
    await page.keyboard.press('Enter')
    await clipboardHolds(page, key)
  })

  it('are created and revoked by keyboard alone', async () => {
    const keys = keysOf(page)
    await page.goto(`${restApi}/keys/new`)
    await page.getByLabel('Name', { exact: true }).waitFor()
    await keys.typeInto('Name', 'Website form')
    await keys.press('radio', /^Everything/, 'ArrowDown')
    await keys.press('radio', /^Never/, 'Space')
    await keys.press('button', /^Create key/)
    await page.getByRole('heading', { level: 1, name: 'Key created' }).waitFor()
    const made = await page.getByLabel('Key of Website form').inputValue()
    await keys.press('button', /^Copy key/)
    await clipboardHolds(page, made)
    await keys.press('link', /^Done/)
    await rowOf('Website form').getByText('Reads everything.').waitFor()

    await keys.press('button', /^More for the key Website form/)
    await page.getByRole('menuitem', { name: 'Show key' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'menuitem')
    await page.keyboard.press('End')
    await page.waitForFunction(() => document.activeElement?.textContent === 'Revoke')
    await page.keyboard.press('Enter')
    await dialog().getByText('It stops working immediately, for good.').waitFor()
    await keys.press('button', /^Revoke key/)
    await rowOf('Website form').waitFor({ state: 'detached' })
    await page.waitForFunction(() => document.activeElement?.textContent === 'Keys for single integrations')
    assert.equal(await statusOf(house.server.url, made), 401)
    await assertCalm(boss)
  })

  it('work on a phone, where each is a card', async () => {
    const visitor = await house.visitor('phone')
    const phone = visitor.page
    await signIn(phone, admin.email, admin.password)
    await phone.goto(restApi)
    await assertCalm(visitor)
    await phone.getByRole('button', { name: 'More for the key Books' }).click()
    await phone.getByRole('menuitem', { name: 'Rotate' }).click()
    await phone.getByRole('dialog').getByRole('button', { name: 'Rotate key' }).click()
    assert.notEqual(await phone.getByLabel('Key of Books').inputValue(), key)
    assert.equal(await statusOf(house.server.url, key), 401)
    await assertCalm(visitor)
    await phone.getByRole('link', { name: 'Create a key' }).click()
    await phone.getByLabel('Chosen by area').check()
    await phone.getByLabel('Delete every area').check()
    await assertCalm(visitor)
    await visitor.close()
  })

  it('have the choices of a rotation for the main key as well', async () => {
    await page.reload()
    await button('Show key').click()
    const first = await shownKey(page)
    await button('Rotate API key').click()
    await dialog().getByLabel('In 24 hours').check()
    await dialog().getByRole('button', { name: 'Rotate key' }).click()
    await page
      .getByText(/^The previous key works until/)
      .first()
      .waitFor()
    assert.equal(await statusOf(house.server.url, first), 200)
    await assertCalm(boss)
  })

  it('go on working without the main key', async () => {
    const main = await shownKey(page)
    await button('Copy the key Books').click()
    await page.getByText('Key of Books copied').waitFor()
    const books = await clipboardText(page, 'lk_live_')
    await button('Revoke the main key').click()
    await dialog().getByText('1 key for single integrations goes on working.').waitFor()
    await dialog().getByRole('button', { name: 'Revoke main key' }).click()
    await page.getByRole('heading', { name: 'Your account has no main key' }).waitFor()
    assert.equal(await statusOf(house.server.url, main), 401)
    assert.equal(await statusOf(house.server.url, books), 200)
    await rowOf('Books').waitFor()
    await assertCalm(boss)
    await button('Make a main key').click()
    assert.notEqual(await shownKey(page), main)
  })

  it('say so when there is no such key', async () => {
    await page.goto(`${restApi}/keys/01937381-1660-7000-8000-000000000000`)
    await page.getByText('There is no such key').waitFor()
    await page.getByRole('link', { name: 'See all keys' }).click()
    await rowOf('Books').waitFor()
  })

  it('are not for members, who see whom to ask', async () => {
    const visitor = await house.visitor('desktop')
    await signIn(visitor.page, member.email, member.password)
    for (const place of [`${restApi}/keys/new`, restApi]) {
      await visitor.page.goto(place)
      await visitor.page.getByText(admin.email).waitFor()
      assert.equal(await visitor.page.getByRole('button', { name: /key/ }).count(), 0)
      assert.ok(!(await visitor.page.content()).includes('Books'))
    }
    await assertCalm(visitor)
    await visitor.close()
  })

  function button(name: string) {
    return page.getByRole('button', { name })
  }

  function dialog() {
    return page.getByRole('dialog')
  }

  function rowOf(name: string) {
    return page
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${name}`) }) })
  }

  async function choose(name: string, act: string): Promise<void> {
    await button(`More for the key ${name}`).click()
    await page.getByRole('menuitem', { name: act }).click()
  }

  async function focusOn(label: string): Promise<void> {
    await page.waitForFunction((name) => document.activeElement?.ariaLabel === name, label)
  }
})
