import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { admin, personAt } from '../support/admin.ts'
import { appCodes } from '../support/authenticator-app.ts'
import { createCompany, joinAs, send } from './steps.ts'
import { assertCalm, type House, openHouse, sizes, type Visitor } from './visit.ts'

const ben = { name: 'Ben Birch', email: 'ben.birch@example.com', password: 'another-long-pass-phrase-2' }

for (const size of Object.keys(sizes) as (keyof typeof sizes)[]) {
  describe(`what an admin does to another person, on a ${size}`, () => {
    let house: House
    let visitor: Visitor
    let page: Page

    before(async () => {
      house = await openHouse()
      visitor = await house.visitor(size)
      page = visitor.page
      await createCompany(page)
      await joinAs(page, ben)
    })
    after(() => house.close())

    it('turns their second factor off, and signs them out', async () => {
      const person = personAt(house.server.url)
      const { email, password } = ben
      assert.equal((await person.request('POST', '/api/auth/sign-in/email', { email, password })).status, 200)
      const { body } = await person.request('POST', '/api/two-factor/begin', { password })
      const code = appCodes(String(body.secret))[1]
      assert.equal((await person.request('POST', '/api/two-factor/confirm', { code })).status, 200)

      await page.goto('/settings/people')
      const row = page.getByRole('row', { name: /Ben Birch/ })
      await row.getByText(/^(Two-factor sign-in )?On$/).waitFor()
      await openMenu(page)
      await page.getByRole('menuitem', { name: 'Turn off two-factor sign-in' }).press('Enter')
      await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click()
      await row.getByText(/^(Two-factor sign-in )?Off$/).waitFor()
      await openMenu(page)
      await page.getByRole('menuitem', { name: 'Sign out everywhere' }).press('Enter')
      await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
      await page.getByText('Ben Birch is signed out everywhere').waitFor()
      assert.equal((await person.request('GET', '/api/people')).status, 401)
      await assertCalm(visitor)
    })

    it('removes them once somebody takes over and DELETE is typed, by keyboard', async () => {
      const people = await page.evaluate(async () => (await (await fetch('/api/people')).json()).data)
      const { id } = people.find(({ email }: { email: string }) => email === ben.email)
      const task = await send(page, 'POST', 'tasks', { name: 'Call the owner', assignee_id: id })
      await page.getByRole('button', { name: 'Remove Ben Birch' }).press('Enter')
      const dialog = page.getByRole('dialog')
      await dialog.getByText('Ben Birch has 1 open task.').waitFor()
      await assertCalm(visitor)
      await page.keyboard.press('Tab')
      await page.keyboard.type('delete')
      await page.keyboard.press('Enter')
      await dialog.getByText('Choose who takes over.').waitFor()
      await dialog.getByText('Type DELETE in capital letters.').waitFor()
      await dialog.getByRole('combobox', { name: 'Who takes over?' }).fill('Ann')
      await page.getByRole('option', { name: `${admin.name} (you)` }).waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await dialog.getByLabel('Type DELETE to confirm').fill('DELETE')
      await page.keyboard.press('Enter')
      await page.getByRole('row', { name: /Ben Birch/ }).waitFor({ state: 'detached' })
      const assignee = await page.evaluate(
        async (path) => (await (await fetch(path)).json()).data.assignee.name,
        `/rest/tasks/${task.id}`,
      )
      assert.equal(assignee, admin.name)
      await assertCalm(visitor)
    })
  })
}

async function openMenu(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More for Ben Birch' }).press('Enter')
}
