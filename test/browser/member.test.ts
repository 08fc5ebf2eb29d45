import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { admin } from '../support/admin.ts'
import { clipboardText, createCompany, openRestAccess, shownKey } from './steps.ts'
import { assertCalm, type House, openHouse, sizes, type Visitor } from './visit.ts'

const member = { name: 'Ash Park', email: 'ash.park@example.com', password: 'another-long-pass-phrase-2' }

for (const size of Object.keys(sizes) as (keyof typeof sizes)[]) {
  describe(`a member who is not an admin, on a ${size}`, () => {
    let house: House
    let boss: Visitor
    let visitor: Visitor
    let page: Page
    let key = ''

    before(async () => {
      house = await openHouse()
      boss = await house.visitor(size)
      visitor = await house.visitor(size)
      page = visitor.page
    })
    after(() => house.close())

    it('joins by a link that the admin copies', async () => {
      await createCompany(boss.page)
      await openRestAccess(boss.page)
      await boss.page.getByRole('button', { name: 'Enable REST API access' }).click()
      key = await shownKey(boss.page)
      await boss.page.goto('/settings/people')
      await boss.page.getByRole('button', { name: 'Invite people' }).click()
      const dialog = boss.page.getByRole('dialog')
      await dialog.getByLabel('Email').fill(member.email)
      await dialog.getByRole('button', { name: 'Send invitation' }).click()
      // Without mail the dialog stays and shows the link.
      await dialog.getByRole('button', { name: 'Copy link' }).click()
      const link = await clipboardText(boss.page, '/invitations/')

      await page.goto(link)
      await page.getByLabel('Your name').fill(member.name)
      await page.getByLabel('Password', { exact: true }).fill(member.password)
      await page.getByRole('button', { name: /Join|Accept/ }).click()
      await page.waitForURL('**/settings/integrations')
      await assertCalm(visitor)
    })

    it('sees neither key nor buttons, only whom to ask', async () => {
      await openRestAccess(page)
      await page.getByText(admin.email).waitFor()
      assert.equal(
        await page.getByRole('button', { name: /Enable|Show key|Copy key|Rotate|Turn off/ }).count(),
        0,
      )
      const content = await page.content()
      assert.ok(
        !content.includes(key) && !content.includes(key.slice(-4)),
        'the page holds a part of the key',
      )
      await assertCalm(visitor)
    })

    it('is refused by the server whatever they send by hand', async () => {
      for (const act of ['enable', 'reveal', 'rotate', 'revoke']) {
        const answer = await page.evaluate(async (path) => {
          const response = await fetch(path, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: '{}',
          })
          return { status: response.status, text: await response.text() }
        }, `/api/rest-access/${act}`)
        assert.equal(answer.status, 403, act)
        assert.match(answer.text, /admin_required/)
        assert.ok(!answer.text.includes('lk_live_'))
      }
    })

    it('manages keys once an admin, and loses all access with the removal', async () => {
      const people = boss.page
      await people.goto('/settings/people')
      await changeRole(people)
      await page.reload()
      await page.getByRole('button', { name: 'Show key' }).click()
      assert.equal(await shownKey(page), key)
      await people.getByRole('button', { name: new RegExp(`Remove ${member.name}`) }).click()
      const dialog = people.getByRole('dialog')
      await dialog.getByLabel('Type DELETE to confirm').fill('DELETE')
      await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
      await people.getByRole('link', { name: member.email }).waitFor({ state: 'detached' })
      const status = await page.evaluate(async () => (await fetch('/rest/contacts')).status)
      assert.equal(status, 401)
    })
  })
}

async function changeRole(page: Page): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`role of ${member.name}`, 'i') }).click()
  await page.getByRole('menuitemradio', { name: 'Admin' }).click()
  await page.getByRole('button', { name: `Admin, change the role of ${member.name}` }).waitFor()
}
