import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { admin } from '../support/admin.ts'
import { answer, openReceiver, type Received } from '../support/receiver.ts'
import { keysOf } from './keys.ts'
import { clipboardHolds, createCompany, joinAs, send, signIn } from './steps.ts'
import { assertCalm, type House, openHouse, sizes, type Visitor } from './visit.ts'

const member = { name: 'Ash Park', email: 'ash.park@example.com', password: 'another-long-pass-phrase-2' }

describe('the pages of webhooks', () => {
  const receiver = openReceiver()
  let house: House
  let boss: Visitor
  let page: Page
  let secret = ''
  let address = ''
  let pipeline = ''
  let deal = ''

  before(async () => {
    house = await openHouse({ WEBHOOKS_ALLOW_PRIVATE: 'true' })
    boss = await house.visitor('desktop')
    page = boss.page
    await createCompany(page)
    await joinAs(page, member)
    pipeline = String((await send(page, 'POST', 'pipelines', { name: 'Owners' })).id)
  })
  after(() => house.close())

  it('say what a webhook is, and lead to the form', async () => {
    await page.getByRole('link', { name: 'Webhooks' }).click()
    await page.getByText('A webhook sends what happens in your account').waitFor()
    await assertCalm(boss)
    await page.getByRole('link', { name: 'Add webhook' }).click()
    await page.waitForURL('**/webhooks/new')
  })

  it('show what is wrong at the field, whoever found it', async () => {
    await button('Add webhook').click()
    await page.getByText('Enter the address, like').waitFor()
    await page.getByText('Choose at least one kind of event.').waitFor()
    await page.getByLabel('Address').fill('hooks.example.com')
    await page.getByLabel('All events').check()
    await button('Add webhook').click()
    await page.getByText('must be an address such as').waitFor()
    await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'url')
    await assertCalm(boss)
  })

  it('add a webhook for chosen events and places, and show its secret', async () => {
    await page.getByLabel('Address').fill(`${receiver.url}/hook`)
    await page.getByLabel('What it is for').fill('Accounting')
    await page.getByLabel('Chosen events').check()
    await page.getByLabel('Find events').fill('deal.')
    await page.getByRole('checkbox', { name: 'deal.created' }).check()
    await page.getByRole('checkbox', { name: 'deal.*' }).check()
    await page.getByText('Chosen: deal.*').waitFor()
    await page.getByRole('combobox', { name: 'Pipelines' }).or(page.getByLabel('Pipelines')).first().click()
    await page.getByRole('option', { name: 'Owners' }).click()
    await page.keyboard.press('Escape')
    await assertCalm(boss)
    await button('Add webhook').click()
    await page.getByText('Give this secret to your receiver').waitFor()
    secret = await shownSecret()
    await button('Copy secret').click()
    await clipboardHolds(page, secret)
    await assertCalm(boss)
    await page.getByRole('link', { name: 'Open webhook' }).click()
    await page.getByRole('heading', { level: 1, name: 'Accounting' }).waitFor()
    await page.getByText('Nothing has been sent yet.').waitFor()
    address = page.url()
  })

  it('send a test event and show the reply', async () => {
    await button('Send test event').click()
    await page.getByText('The test arrived: answered 200').waitFor()
    await page.getByRole('region', { name: 'The reply to the test' }).getByText('thanks').waitFor()
    assert.equal(verified(receiver.at('/hook')[0], secret).type, 'webhook.test')
    await row('webhook.test').waitFor()
  })

  it('show the delivery of a change as it is made, with its attempts and what was sent', async () => {
    deal = String((await send(page, 'POST', 'deals', { pipeline_id: pipeline, name: 'Alder' })).id)
    await receiver.waitFor('/hook', 2)
    await row('deal.created').click()
    await page.getByText(/:\d\d: answered 200 after/).waitFor()
    await page.getByRole('region', { name: 'What is sent' }).getByText('"type": "deal.created"').waitFor()
    await assertCalm(boss)
  })

  it('deliver one event again, with the same webhook-id', async () => {
    await button('Deliver again').click()
    await row(/deal\.created.*\(again\)/).waitFor()
    await receiver.waitFor('/hook', 3)
    const [, first, again] = receiver.at('/hook')
    assert.equal(first?.headers['webhook-id'], again?.headers['webhook-id'])
  })

  it('narrow the deliveries, and keep that over a reload', async () => {
    await page.getByLabel('Status').selectOption('Failed')
    await page.waitForURL('**?status=failed')
    await page.reload()
    await page.getByText('No delivery matches these filters.').waitFor()
    await button('Show all deliveries').click()
    await row('webhook.test').waitFor()
  })

  it('deliver a time range again and tell how many', async () => {
    await button('Deliver a time range again').click()
    await dialog().getByLabel('Only what has not arrived').uncheck()
    await dialog().getByRole('button', { name: 'Deliver again' }).click()
    await page.getByText('1 delivery was queued.').waitFor()
    await receiver.waitFor('/hook', 4)
  })

  it('rotate the secret while the old one is still good', async () => {
    await button('Rotate secret').click()
    await dialog().getByLabel('Hours that the current secret').fill('200')
    await dialog().getByRole('button', { name: 'Rotate secret' }).click()
    await page.getByText('Enter a number from 0 to 168.').waitFor()
    await dialog().getByLabel('Hours that the current secret').fill('2')
    await dialog().getByRole('button', { name: 'Rotate secret' }).click()
    await dialog().waitFor({ state: 'hidden' })
    const rotated = await shownSecret()
    assert.notEqual(rotated, secret)
    await button('Send test event').click()
    await receiver.waitFor('/hook', 5)
    for (const one of [secret, rotated]) verified(receiver.at('/hook')[4], one)
    secret = rotated
  })

  it('show the secret again once the password is confirmed', async () => {
    await page.reload()
    house.ageSessions(13)
    await button('Show secret').click()
    await dialog().getByLabel('Password', { exact: true }).fill(admin.password)
    await dialog().getByRole('button', { name: 'Continue' }).click()
    assert.equal(await shownSecret(), secret)
  })

  it('pause deliveries, and let them go in order', async () => {
    await button('Pause').click()
    await page.getByText('goes out in order once you resume it').waitFor()
    await send(page, 'PATCH', `deals/${deal}`, { name: 'Alder Court' })
    await page.getByRole('row', { name: /deal\.updated.*Waiting/ }).waitFor()
    await button('Resume').click()
    await page.getByRole('row', { name: /deal\.updated.*Delivered/ }).waitFor()
    await assertCalm(boss)
  })

  it('show why a test fails', async () => {
    receiver.reply('/hook', answer(500, 'out of order'))
    await button('Send test event').click()
    await page.getByText('The test failed: answered 500').waitFor()
    await page.getByText('out of order').first().waitFor()
  })

  it('tell why a webhook was disabled, enable it, and deliver what it missed', async () => {
    receiver.reply('/hook', answer(410))
    await row('deal.updated').click()
    await button('Deliver again').click()
    await page.getByText('Nothing is sent or kept for it.').waitFor()
    await assertCalm(boss)
    await page.getByRole('link', { name: 'Webhooks' }).click()
    await page.getByText('The receiver answered 410 Gone.').waitFor()
    await assertCalm(boss)
    await page.getByRole('link', { name: 'Accounting' }).click()
    await send(page, 'PATCH', `deals/${deal}`, { name: 'Alder House' })
    receiver.reply('/hook', answer(200))
    await button('Enable again').click()
    await dialog().getByText('Deliver what it missed?').waitFor()
    const before = receiver.at('/hook').length
    await dialog().getByRole('button', { name: 'Deliver again' }).click()
    await page.getByText('1 delivery was queued.').last().waitFor()
    await receiver.waitFor('/hook', before + 1)
  })

  it('change a webhook', async () => {
    await page.getByRole('link', { name: 'Edit webhook' }).click()
    await page.getByLabel('What it is for').fill('Bookkeeping')
    await page.getByText('Chosen: deal.*').waitFor()
    await button('Save changes').click()
    await page.getByRole('heading', { level: 1, name: 'Bookkeeping' }).waitFor()
  })

  it('fit a phone', async () => {
    await page.setViewportSize(sizes.phone)
    await row('deal.created').click()
    await page.getByRole('region', { name: 'What is sent' }).waitFor()
    await assertCalm(boss)
    for (const place of [`${address}/edit`, '/settings/integrations/webhooks']) {
      await page.goto(place)
      await page.getByText('Bookkeeping').first().waitFor()
      await assertCalm(boss)
    }
    await page.setViewportSize(sizes.desktop)
  })

  it('can be used by keyboard alone', async () => {
    const keys = keysOf(page)
    await page.goto('/settings/integrations/webhooks')
    await page.getByRole('link', { name: 'Bookkeeping' }).waitFor()
    await keys.press('link', /Add webhook/)
    await page.getByLabel('Address').waitFor()
    await keys.typeInto('Address', `${receiver.url}/by-keyboard`)
    await keys.press('radio', /Chosen events/, 'ArrowUp')
    await keys.press('button', /Add webhook/)
    await shownSecret()
    await keys.press('link', /Open webhook/)
    await button('Send test event').waitFor()
    await keys.press('button', /Send test event/)
    await page.getByText('The test arrived').waitFor()
    await keys.press('button', /^webhook\.test/)
    await page.getByRole('region', { name: 'What is sent' }).waitFor()
  })

  it('delete a webhook, after saying what that means', async () => {
    await page.goto(address)
    await button('Delete webhook').click()
    await dialog().getByText('What waits to be delivered is canceled.').waitFor()
    await dialog().getByRole('button', { name: 'Delete webhook' }).click()
    await page.waitForURL('**/settings/integrations/webhooks')
    await page.getByRole('link', { name: `${receiver.url}/by-keyboard` }).waitFor()
    assert.equal(await page.getByRole('link', { name: 'Bookkeeping' }).count(), 0)
    await page.goto(address)
    await page.getByText('There is no such webhook').waitFor()
    await assertCalm(boss)
  })

  it('are not for members, who see whom to ask', async () => {
    const visitor = await house.visitor('desktop')
    await signIn(visitor.page, member.email, member.password)
    for (const place of ['/settings/integrations/webhooks', '/settings/integrations/webhooks/new', address]) {
      await visitor.page.goto(place)
      await visitor.page.getByText(admin.email).waitFor()
      assert.equal(await visitor.page.getByRole('link', { name: 'Add webhook' }).count(), 0)
    }
    await assertCalm(visitor)
    await visitor.close()
  })

  function button(name: string) {
    return page.getByRole('button', { name, exact: true })
  }

  /** What opens a delivery of this event, the newest first. */
  function row(event: string | RegExp) {
    return page.getByRole('button', { name: event }).first()
  }

  function dialog() {
    return page.getByRole('dialog')
  }

  async function shownSecret(): Promise<string> {
    const field = page.getByLabel('Signing secret', { exact: true })
    await page.waitForFunction(() =>
      [...document.querySelectorAll('input')].some(({ value }) => /^whsec_[\w+/]{43}=$/.test(value)),
    )
    return field.inputValue()
  }
})

/** The event in a request, whose signature by this secret is right. */
function verified(request: Received | undefined, secret: string): { type: string } {
  assert.ok(request)
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  )
  return new Webhook(secret).verify(request.body, headers) as { type: string }
}
