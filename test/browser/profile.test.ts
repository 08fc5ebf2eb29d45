import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { admin } from '../support/admin.ts'
import { appCodes } from '../support/authenticator-app.ts'
import { addDevice, createCompany } from './steps.ts'
import { assertCalm, type House, openHouse, sizes, type Visitor } from './visit.ts'

for (const size of Object.keys(sizes) as (keyof typeof sizes)[]) {
  describe(`the profile, on a ${size}`, () => {
    let house: House
    let visitor: Visitor
    let page: Page
    let secret = ''
    let recoveryCodes: string[] = []

    before(async () => {
      house = await openHouse()
      visitor = await house.visitor(size)
      page = visitor.page
      await createCompany(page)
    })
    after(() => house.close())

    it('turns two-factor sign-in on, by keyboard', async () => {
      await page.goto('/settings/profile')
      await page.getByRole('button', { name: 'Turn on two-factor sign-in' }).press('Enter')
      const dialog = page.getByRole('dialog')
      await focused(page, 'Password')
      await page.keyboard.type(admin.password)
      await page.keyboard.press('Enter')
      await dialog.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
      await assertCalm(visitor)
      secret = ((await dialog.locator('code').textContent()) ?? '').replaceAll(' ', '')
      await focused(page, 'Code')
      await page.keyboard.type('000000')
      await page.keyboard.press('Enter')
      await dialog.getByText('This code is not right').waitFor()
      await dialog.getByLabel('Code', { exact: true }).fill(appCodes(secret)[1])
      await page.keyboard.press('Enter')
      await dialog.getByRole('list', { name: 'Recovery codes' }).waitFor()
      recoveryCodes = await dialog.getByRole('listitem').allInnerTexts()
      assert.equal(recoveryCodes.length, 10)
      await assertCalm(visitor)
      await dialog.getByRole('button', { name: 'Copy codes' }).click()
      await page.waitForFunction(
        async (text) => (await navigator.clipboard.readText()) === text,
        `${recoveryCodes.join('\n')}\n`,
      )
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        dialog.getByRole('link', { name: 'Download codes' }).click(),
      ])
      assert.equal(download.suggestedFilename(), 'latchkey-recovery-codes.txt')
      await dialog.getByRole('button', { name: 'I have kept them' }).click()
      await page.getByText('10 recovery codes are left').waitFor()
    })

    it('asks for a code at the sign-in, and takes a recovery code', async () => {
      const other = await house.visitor(size)
      await givePassword(other.page)
      await focused(other.page, 'Code')
      await other.page.keyboard.type('aaaaa-aaaaa')
      await other.page.keyboard.press('Enter')
      await other.page.getByText('This code is not right').waitFor()
      await assertCalm(other)
      await other.page.getByLabel('Code', { exact: true }).fill(recoveryCodes[0] ?? '')
      await other.page.keyboard.press('Enter')
      await other.page.waitForURL('**/settings/integrations')
      await other.close()
    })

    it('asks for both when the sign-in is old, and goes on', async () => {
      house.ageSessions(13)
      await page.goto('/settings/integrations/rest-api')
      await page.getByRole('button', { name: 'Enable REST API access' }).click()
      const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
      await dialog.getByLabel('Password').fill(admin.password)
      await page.keyboard.press('Enter')
      await focused(page, 'Code')
      await page.keyboard.type(appCodes(secret)[2])
      await page.keyboard.press('Enter')
      await page.getByLabel('API key', { exact: true }).waitFor()
      await assertCalm(visitor)
    })

    it('lists where one is signed in, and ends it', async () => {
      await page.goto('/settings/profile')
      const table = page.getByRole('table', { name: 'Where you are signed in' })
      await table.getByText('This browser').waitFor()
      const [ended] = await Promise.all([
        page.waitForResponse((answer) => answer.request().method() === 'DELETE'),
        table
          .getByRole('button', { name: /^Sign out Chromium/ })
          .first()
          .press('Enter'),
      ])
      assert.equal(ended.status(), 204)
      await page.getByText(/is signed out$/).waitFor()
      await assertCalm(visitor)
    })

    it('makes new recovery codes, and turns two-factor sign-in off', async () => {
      await page.getByRole('button', { name: 'Make new recovery codes' }).click()
      const dialog = page.getByRole('dialog')
      await prove(page, recoveryCodes[1] ?? '')
      await dialog.getByRole('list', { name: 'Recovery codes' }).waitFor()
      const [fresh = ''] = await dialog.getByRole('listitem').allInnerTexts()
      await dialog.getByRole('button', { name: 'I have kept them' }).click()
      await page.getByRole('button', { name: 'Turn off two-factor sign-in' }).click()
      await prove(page, recoveryCodes[2] ?? '')
      await dialog.getByText('This code is not right').waitFor()
      await prove(page, fresh)
      await page.getByRole('button', { name: 'Turn on two-factor sign-in' }).waitFor()
      await assertCalm(visitor)
    })

    it('keeps passkeys, which sign in without a password', async () => {
      const device = await addDevice(page)
      await page.getByRole('button', { name: 'Add a passkey' }).press('Enter')
      await focused(page, 'Name')
      await page.keyboard.press('ControlOrMeta+a')
      await page.keyboard.type('My laptop')
      await page.keyboard.press('Enter')
      const row = page.getByRole('row', { name: /My laptop/ })
      await row.getByText('never').waitFor()
      await assertCalm(visitor)
      await page.getByRole('button', { name: 'Rename My laptop' }).click()
      await page.getByRole('dialog').getByLabel('Name').fill('Work laptop')
      await page.keyboard.press('Enter')
      await page.getByRole('row', { name: /Work laptop/ }).waitFor()

      // Offered among what the browser fills in; this device's owner takes it at once.
      await signOut(page)
      await page.goto('/sign-in?next=/settings/profile')
      await page.waitForURL('**/settings/profile')
      await page.getByRole('row', { name: /Work laptop/ }).waitFor()

      await signOut(page)
      await page.addInitScript(() => {
        PublicKeyCredential.isConditionalMediationAvailable = async () => false
      })
      await page.goto('/sign-in?next=/settings/profile')
      await page.getByRole('button', { name: 'Sign in with a passkey' }).press('Enter')
      await page.waitForURL('**/settings/profile')
      await page
        .getByRole('row', { name: /Work laptop/ })
        .getByText('just now')
        .waitFor()

      house.ageSessions(13)
      await page.getByRole('button', { name: 'Remove Work laptop' }).click()
      await page.getByRole('button', { name: 'Remove passkey' }).click()
      const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
      await dialog.getByRole('button', { name: 'Continue with a passkey' }).press('Enter')
      await page.getByRole('row', { name: /Work laptop/ }).waitFor({ state: 'detached' })
      await assertCalm(visitor)
      const refused = await page.evaluate(async () => {
        const response = await fetch('/api/auth/passkey', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ response: { id: 'AAAA' } }),
        })
        return (await response.json()).code
      })
      assert.equal(refused, 'passkey_refused')
      await device.remove()
    })
  })
}

async function signOut(page: Page): Promise<void> {
  await page.evaluate(() =>
    fetch('/api/auth/sign-out', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }),
  )
}

async function givePassword(page: Page): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.keyboard.press('Enter')
}

/** Fills the dialog that asks for password and code. */
async function prove(page: Page, code: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Password').fill(admin.password)
  await dialog.getByLabel('Code', { exact: true }).fill(code)
  await page.keyboard.press('Enter')
}

/** Waits until the field of that label has the focus. */
async function focused(page: Page, label: string): Promise<void> {
  await page.waitForFunction((text) => {
    const field = document.activeElement
    return field instanceof HTMLInputElement && field.labels?.[0]?.textContent?.startsWith(text)
  }, label)
}
