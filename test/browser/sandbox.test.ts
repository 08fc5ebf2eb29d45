import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import type { Page } from 'playwright-core'
import { createCompany, joinAs, signIn } from './steps.ts'
import { assertCalm, type House, openHouse, type Visitor } from './visit.ts'

let house: House
let ann: Visitor
let page: Page

before(async () => {
  house = await openHouse()
  ann = await house.visitor('desktop')
  page = ann.page
  await createCompany(page)
})
after(() => house.close())

it('an admin makes a sandbox, copies its key, and finds in its outbox what a program sent', async () => {
  await page.getByRole('link', { name: 'Sandbox' }).click()
  await page.getByRole('radio', { name: 'Nothing' }).check()
  await page.getByRole('button', { name: 'Create sandbox' }).click()
  await page.getByRole('heading', { name: 'Your sandbox' }).waitFor()
  await page.getByRole('button', { name: 'Show key' }).click()
  await page.waitForFunction(() => /^lk_test_\w{38}$/.test(document.querySelector('input')?.value ?? ''))
  const key = await page.getByLabel('Test key', { exact: true }).inputValue()

  await page.getByRole('button', { name: 'Open sandbox' }).click()
  await page.waitForURL('**/outbox')
  await page.getByText('Nothing has been captured yet.').waitFor()
  const banner = page.getByRole('region', { name: 'Sandbox' })
  assert.match((await banner.textContent()) ?? '', /Sandbox of Ash Property Care – nothing here is real/)

  const answer = await fetch(`${house.server.url}/rest/emails`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ to: ['rosa@example.com'], subject: 'Your viewing', body: 'At 10.' }),
  })
  assert.equal(answer.status, 201)
  await page.getByRole('button', { name: 'Your viewing' }).click()
  assert.equal(await page.getByRole('region', { name: 'Body' }).textContent(), 'At 10.')
  assert.match(
    (await page.getByRole('region', { name: 'Headers' }).textContent()) ?? '',
    /to: rosa@example.com/,
  )
  await page.getByLabel('Kind').selectOption('Texts')
  await page.getByText('No texts have been captured.').waitFor()
  await assertCalm(ann)
})

it('resets it after asking, also from inside, and goes back to the company', async () => {
  await page.goto('/settings/integrations/sandbox')
  await page.getByRole('button', { name: 'Reset sandbox' }).click()
  const dialog = page.getByRole('dialog', { name: 'Reset the sandbox?' })
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Reset sandbox' }).click()
  await dialog.getByRole('radio', { name: 'A copy of your set-up' }).check()
  await dialog.getByRole('button', { name: 'Reset sandbox' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('Sandbox reset. Its keys go on working.').waitFor()
  await page.getByRole('link', { name: 'Open outbox' }).click()
  await page.getByText('Nothing has been captured yet.').waitFor()
  await page.getByRole('button', { name: 'Back to Ash Property Care' }).click()
  await page.waitForURL('**/settings/integrations')
  await page.getByRole('button', { name: /Ash Property Care ?, switch account/ }).waitFor()
  assert.equal(await page.getByRole('region', { name: 'Sandbox' }).count(), 0)
  await assertCalm(ann)
})

it('a member sees it on a phone, and cannot reset it', async () => {
  const member = await house.visitor('phone')
  const ash = { name: 'Ash Park', email: 'ash.park@example.com', password: 'another-long-pass-phrase-2' }
  await joinAs(page, ash)
  await signIn(member.page, ash.email, ash.password)
  await member.page.goto('/settings/integrations/sandbox')
  await member.page.getByRole('heading', { name: 'Your sandbox' }).waitFor()
  assert.equal(await member.page.getByRole('button', { name: 'Reset sandbox' }).count(), 0)
  assert.equal(await member.page.getByText('Test key').count(), 0)
  await member.page.getByRole('button', { name: 'Open sandbox' }).click()
  await member.page.getByText('Nothing has been captured yet.').waitFor()
  await assertCalm(member)
  await member.close()
})
