import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { createCompany, joinAs, openRestAccess, shownKey, signIn } from './steps.ts'
import { assertCalm, type House, openHouse, sizes, type Visitor } from './visit.ts'

const member = { name: 'Ash Park', email: 'ash.park@example.com', password: 'another-long-pass-phrase-2' }

describe('the audit log', () => {
  let house: House
  let boss: Visitor
  let page: Page

  before(async () => {
    house = await openHouse()
    boss = await house.visitor('desktop')
    page = boss.page
    await createCompany(page)
    await openRestAccess(page)
    await page.getByRole('button', { name: 'Enable REST API access' }).click()
    await shownKey(page)
    await joinAs(page, member)
  })
  after(() => house.close())

  it('is opened from the rail and tells what happened, newest first', async () => {
    await page.getByRole('link', { name: 'Audit log' }).click()
    await page.waitForURL('**/settings/audit-log')
    await acts('Turned REST API access on').waitFor()
    const told = await page.locator('tbody th').allInnerTexts()
    assert.match(told.at(-1) ?? '', /^Created the company/)
    assert.ok(told.some((text) => text === `Invited a person: ${member.email}`))
    await assertCalm(boss)
  })

  it('opens an entry and closes it by keyboard', async () => {
    const opener = acts('Turned REST API access on')
    await opener.focus()
    await page.keyboard.press('Enter')
    await page.getByText('api_key.enabled').waitFor()
    assert.equal(await opener.getAttribute('aria-expanded'), 'true')
    await page.keyboard.press('Enter')
    await page.getByText('api_key.enabled').waitFor({ state: 'detached' })
  })

  it('is filtered, keeps the filter over a reload, and leaves it by the back button', async () => {
    await page.getByLabel('Kind of act').selectOption('REST API access')
    await acts('Created the company').waitFor({ state: 'detached' })
    await page.waitForURL('**/settings/audit-log?kind=keys')
    await page.reload()
    await acts('Turned REST API access on').waitFor()
    assert.equal(await page.locator('tbody').count(), 1)
    await page.goBack()
    await acts('Created the company').waitFor()
    await page.getByLabel('Person').selectOption(member.name)
    await acts('Joined the company').waitFor()
    await acts('Created the company').waitFor({ state: 'detached' })
    await page.getByLabel('To', { exact: true }).fill('2020-01-01')
    await page.getByText('Nothing that matches these filters has happened.').waitFor()
    await page.getByRole('button', { name: 'Show everything' }).click()
    await acts('Created the company').waitFor()
    await assertCalm(boss)
  })

  it('is exported as it is filtered', async () => {
    await page.getByLabel('Kind of act').selectOption('Company')
    await page.waitForURL('**/settings/audit-log?kind=company')
    await acts('Turned REST API access on').waitFor({ state: 'detached' })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export CSV' }).click(),
    ])
    assert.match(download.suggestedFilename(), /^audit_entries-.*\.csv$/)
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n')
    assert.equal(lines.length, 2)
    assert.match(lines[1] ?? '', /account\.created/)
  })

  it('says that it could not be loaded, and tries again', async () => {
    await page.route('**/rest/audit_entries?*', (route) => route.fulfill({ status: 503, body: '{}' }))
    await page.reload()
    await page.getByText('This could not be loaded').waitFor()
    await page.unroute('**/rest/audit_entries?*')
    await page.getByRole('button', { name: 'Retry' }).click()
    await acts('Created the company').waitFor()
  })

  it('fits a phone', async () => {
    await page.setViewportSize(sizes.phone)
    await page.goto('/settings/audit-log')
    await acts('Turned REST API access on').click()
    await page.getByText('api_key.enabled').waitFor()
    await assertCalm(boss)
  })

  it('is not for members, who see whom to ask', async () => {
    const visitor = await house.visitor('desktop')
    await signIn(visitor.page, member.email, member.password)
    assert.equal(await visitor.page.getByRole('link', { name: 'Audit log' }).count(), 0)
    await visitor.page.goto('/settings/audit-log')
    await visitor.page.getByText('Ask one of your account admins').waitFor()
    assert.equal(await visitor.page.getByRole('table').count(), 0)
    await assertCalm(visitor)
  })

  function acts(name: string) {
    return page.getByRole('button', { name }).first()
  }
})
