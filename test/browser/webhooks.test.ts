import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { answer, openReceiver } from '../../server/webhooks/testing.ts'
import { addMember, createCompany, signIn } from './steps.ts'
import { assertCalm, type House, openHouse, sizes, type Visitor } from './visit.ts'

const member = { name: 'Ash Park', email: 'ash.park@example.com', password: 'another-long-pass-phrase-2' }

describe('the webhook pages', () => {
  const receiver = openReceiver()
  let house: House
  let boss: Visitor
  let page: Page
  let secret = ''

  before(async () => {
    house = await openHouse({ WEBHOOKS_ALLOW_PRIVATE: 'true' })
    boss = await house.visitor('desktop')
    page = boss.page
    await createCompany(page)
    await addMember(page, house.server.url, member)
  })
  after(() => house.close())

  it('say what to do while there is no webhook', async () => {
    await page.getByRole('link', { name: 'Webhooks' }).click()
    await page.waitForURL('**/settings/integrations/webhooks')
    await page.getByText('No program is told of changes yet.').waitFor()
    await assertCalm(boss)
    await page.getByRole('link', { name: 'Add the first webhook' }).click()
    await page.getByRole('heading', { level: 1, name: 'Add a webhook' }).waitFor()
  })

  it('say at the field what is wrong with an address', async () => {
    await page.getByRole('button', { name: 'Add webhook' }).click()
    await page.getByText('Enter the address of the program').waitFor()
    await page.getByText('Choose at least one event.').waitFor()
    await page.getByLabel('Address').fill('ftp://example.com/x')
    await choose('Chosen events', 'contact.*')
    await page.getByRole('button', { name: 'Add webhook' }).click()
    await page.getByText(/target_url/).waitFor()
    assert.equal(await page.evaluate('document.activeElement.type'), 'url')
    await assertCalm(boss)
  })

  it('add a webhook, and show its secret', async () => {
    await page.getByLabel('Address').fill(`${receiver.url}/first`)
    await page.getByLabel('Description').fill('The ledger')
    await page.getByRole('button', { name: 'Add webhook' }).click()
    await page.getByRole('heading', { level: 1, name: 'Webhook added' }).waitFor()
    secret = await page.getByLabel('Secret', { exact: true }).inputValue()
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
    await page.getByRole('button', { name: 'Copy secret' }).click()
    await page.getByText('Secret copied').waitFor()
    await assertCalm(boss)
    await page.getByRole('link', { name: 'Open the webhook' }).click()
    await page.getByRole('heading', { level: 1, name: 'The ledger' }).waitFor()
    assert.notEqual(await page.getByLabel('Secret', { exact: true }).inputValue(), secret)
  })

  it('send a test, and tell what came back', async () => {
    receiver.reply('/first', answer(202, 'understood'))
    await page.getByRole('button', { name: 'Send test event' }).click()
    await page.getByText('The test arrived').waitFor()
    await page.getByText('understood').first().waitFor()
    const [test] = receiver.at('/first')
    assert.ok(test && new Webhook(secret).verify(test.body, test.headers as Record<string, string>))
    receiver.reply('/first', answer(500, 'the disk is full'))
    await page.getByRole('button', { name: 'Send test event' }).click()
    await page.getByText('The test failed').waitFor()
    await page.getByText('the disk is full').first().waitFor()
    receiver.reply('/first', answer(200))
    await assertCalm(boss)
  })

  it('show the secret again, and rotate it', async () => {
    await page.getByRole('button', { name: 'Show secret' }).click()
    await page.waitForFunction(
      (known) => [...document.querySelectorAll('input')].some(({ value }) => value === known),
      secret,
    )
    await page.getByRole('button', { name: 'Rotate secret' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Hours with both secrets').fill('169')
    await dialog.getByRole('button', { name: 'Rotate secret' }).click()
    await dialog.getByText('Enter a whole number from 0 to 168.').waitFor()
    await dialog.getByLabel('Hours with both secrets').fill('0')
    await dialog.getByRole('button', { name: 'Rotate secret' }).click()
    await dialog.waitFor({ state: 'detached' })
    const next = await page.getByLabel('Secret', { exact: true }).inputValue()
    assert.match(next, /^whsec_/)
    assert.notEqual(next, secret)
    secret = next
  })

  it('ask for the password before they show a secret after a long time', async () => {
    await page.reload()
    house.ageSessions(13)
    await page.getByRole('button', { name: 'Show secret' }).click()
    await page.getByRole('dialog', { name: 'Confirm that it is you' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.notEqual(await page.getByLabel('Secret', { exact: true }).inputValue(), secret)
    house.ageSessions(0)
  })

  it('edit what it is told, and by what it is narrowed', async () => {
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByRole('heading', { level: 1, name: 'Edit the webhook' }).waitFor()
    await choose('Chosen events', 'deal.created')
    await page.getByRole('textbox', { name: 'Tags' }).fill('vip')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Only tags').waitFor()
    await page.getByText('deal.created', { exact: true }).waitFor()
    await assertCalm(boss)
  })

  it('pause a webhook and resume it', async () => {
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await page.getByText('This webhook is paused').waitFor()
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('This webhook is paused').waitFor({ state: 'detached' })
    await page.getByText('Active', { exact: true }).waitFor()
  })

  it('say why a webhook was disabled, and enable it again', async () => {
    receiver.reply('/first', answer(410))
    await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ full_name: 'Rosa Field', tags: ['vip'] })
      await fetch('/rest/contacts', { method: 'POST', headers, body })
    })
    await receiver.waitFor('/first', 3)
    await page.getByRole('link', { name: 'Webhooks' }).click()
    await page.getByText('Disabled', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'The ledger' }).click()
    await page.getByText('Latchkey has disabled this webhook').waitFor()
    await page
      .getByText(/answered 410/)
      .first()
      .waitFor()
    receiver.reply('/first', answer(200))
    await page.getByRole('button', { name: 'Enable again' }).click()
    await page.getByText('Latchkey has disabled this webhook').waitFor({ state: 'detached' })
    await assertCalm(boss)
  })

  it('fit a phone', async () => {
    await page.setViewportSize(sizes.phone)
    for (const path of ['', '/new']) {
      await page.goto(`/settings/integrations/webhooks${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByText('Loading').waitFor({ state: 'detached' })
      await assertCalm(boss)
    }
    await page.goto('/settings/integrations/webhooks')
    await page.getByRole('link', { name: 'The ledger' }).click()
    await page.getByRole('button', { name: 'Send test event' }).waitFor()
    await assertCalm(boss)
    await page.setViewportSize(sizes.desktop)
  })

  it('delete a webhook by keyboard', async () => {
    await page.getByRole('button', { name: 'Delete webhook' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('What still waits to be delivered is not sent any more.').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('No program is told of changes yet.').waitFor()
    await assertCalm(boss)
  })

  it('are not for members, who see whom to ask', async () => {
    const visitor = await house.visitor('desktop')
    await signIn(visitor.page, member.email, member.password)
    for (const path of ['', '/new', '/0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55']) {
      await visitor.page.goto(`/settings/integrations/webhooks${path}`)
      await visitor.page.getByText('Only account admins can manage webhooks').waitFor()
      await visitor.page.getByText('Ask one of your account admins').waitFor()
      await assertCalm(visitor)
    }
  })

  async function choose(label: string, name: string): Promise<void> {
    const field = page.getByRole('textbox', { name: label })
    await field.fill(name)
    await page.getByRole('option', { name, exact: true }).click()
    await page.keyboard.press('Escape')
  }
})
