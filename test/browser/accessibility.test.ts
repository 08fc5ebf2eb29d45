import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { accessibilityOf, still } from '../support/accessibility.ts'
import { admin } from '../support/admin.ts'
import { appCodes } from '../support/authenticator-app.ts'
import { openReceiver } from '../support/receiver.ts'
import { type Ids, type Looked, type Name, pagesOf } from './pages.ts'
import { addDevice, createCompany, joinAs, send, signIn } from './steps.ts'
import { type House, openHouse, sizes, type Visitor } from './visit.ts'

const member = { name: 'Ash Park', email: 'ash.park@example.com', password: 'another-long-pass-phrase-2' }

const ids: Ids = { webhook: '', contact: '', namedKey: '', invitation: '', member: '' }

describe('no page, dialog or menu breaks a rule of accessibility', () => {
  const receiver = openReceiver()
  let house: House
  let boss: Visitor
  const found: string[] = []

  before(async () => {
    house = await openHouse({ WEBHOOKS_ALLOW_PRIVATE: 'true' })
    boss = await house.visitor('desktop')
  })
  after(() => house.close())
  afterEach(() => assert.deepEqual(found.splice(0), []))

  it('names every route of the router', () => {
    const router = readFileSync(new URL('../../web/src/router.tsx', import.meta.url), 'utf8')
    const routes = [...router.matchAll(/\bpath: '([^']+)'/g)].map(([, path]) => path)
    assert.ok(routes.length > 15)
    assert.deepEqual(
      routes.filter((path) => !(String(path) in pagesOf(ids))),
      [],
      'add the new page to pages.ts',
    )
  })

  it('on the way in', async () => {
    await boss.page.goto('/setup')
    await boss.page.getByLabel('Company name').waitFor()
    await check(boss, 'setup')
    await createCompany(boss.page)
    await joinAs(boss.page, member)
    await fill(boss.page)
    const stranger = await house.visitor('desktop')
    for (const [path, page] of pagesFor(['nobody'])) await look(stranger, path, page)
    await stranger.close()
  })

  it('for an admin', async () => {
    for (const [path, page] of pagesFor([undefined, 'admin'])) await look(boss, path, page)
    await look(boss, `/settings/people/${ids.contact}/permissions`, {})
  })

  it('in each step of what guards a sign-in', async () => {
    const { page } = boss
    const dialog = page.getByRole('dialog')
    await arriveAt(page, '/settings/profile')
    await page.getByRole('button', { name: 'Turn on two-factor sign-in' }).click()
    await dialog.getByLabel('Password').fill(admin.password)
    await page.keyboard.press('Enter')
    const secret = ((await dialog.locator('code').textContent()) ?? '').replaceAll(' ', '')
    await check(boss, 'two-factor, the app')
    await dialog.getByLabel('Code', { exact: true }).fill(appCodes(secret)[1])
    await page.keyboard.press('Enter')
    const codes = dialog.getByRole('list', { name: 'Recovery codes' })
    await codes.waitFor()
    const [first = ''] = await codes.getByRole('listitem').allInnerTexts()
    await check(boss, 'two-factor, the recovery codes')
    await dialog.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByRole('button', { name: 'Make new recovery codes' }).click()
    await check(boss, 'new recovery codes')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Turn off two-factor sign-in' }).click()
    await check(boss, 'turn off two-factor')
    await page.keyboard.press('Escape')

    const device = await addDevice(page)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await dialog.getByLabel('Name').fill('Laptop')
    await page.keyboard.press('Enter')
    await page.getByRole('row', { name: /Laptop/ }).waitFor()
    for (const act of ['Rename Laptop', 'Remove Laptop']) {
      await page.getByRole('button', { name: act }).click()
      await check(boss, act)
      await page.keyboard.press('Escape')
    }
    await check(boss, 'the profile, with everything on')

    house.ageSessions(13)
    await arriveAt(page, '/settings/integrations/rest-api')
    await page.getByRole('button', { name: 'Show key' }).click()
    await dialog.getByRole('button', { name: 'Continue with a passkey' }).waitFor()
    await check(boss, 'recent sign-in')
    await dialog.getByLabel('Password', { exact: true }).fill(admin.password)
    await page.keyboard.press('Enter')
    await dialog.getByLabel('Code', { exact: true }).fill(first)
    await check(boss, 'recent sign-in, the code')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'hidden' })
    await device.remove()
  })

  it('where a link has to be copied by hand, and in the drawer of a phone', async () => {
    const { page } = boss
    await arriveAt(page, '/settings/people')
    await page.evaluate(() => {
      for (const name of ['write', 'writeText'])
        Object.defineProperty(navigator.clipboard, name, { value: () => Promise.reject(new Error('no')) })
    })
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByRole('dialog', { name: 'Copy this link' }).waitFor()
    await check(boss, 'copy by hand')
    await page.keyboard.press('Escape')
    await page.setViewportSize(sizes.phone)
    await page.getByRole('button', { name: 'Menu' }).click()
    await page.getByRole('dialog', { name: 'Menu' }).waitFor()
    await check(boss, 'the drawer', [390])
    await page.setViewportSize(sizes.desktop)
  })

  it('in a sandbox', async () => {
    const { page } = boss
    const accountId = await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json' }
      const asked = { method: 'POST', headers, body: JSON.stringify({ fill: 'empty' }) }
      return (await (await fetch('/api/sandbox', asked)).json()).sandbox.account_id
    })
    const sandbox = '/settings/integrations/sandbox'
    await look(boss, sandbox, { opens: ['Show key', 'Reset sandbox', 'your menu', 'switch account'] })
    await page.evaluate(async (account_id) => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ account_id })
      await fetch('/api/session/account', { method: 'POST', headers, body })
    }, accountId)
    await send(page, 'POST', 'emails', { to: ['rosa@example.com'], subject: 'Your viewing', body: 'At 10.' })
    await look(boss, '/outbox', { opens: ['Your viewing'] })
    await look(boss, '/settings/people', {})
  })

  it('for a member', async () => {
    const visitor = await house.visitor('desktop')
    await signIn(visitor.page, member.email, member.password)
    for (const [path, page] of pagesFor([undefined])) await look(visitor, path, { ...page, opens: [] })
    await visitor.close()
  })

  it('of the status page and the reference', async () => {
    const visitor = await house.visitor('desktop')
    for (const path of ['/status', '/api_docs/guides/limits', '/api_docs/operations/createTag']) {
      await look(visitor, path, {})
    }
    await visitor.close()
  })

  async function look(visitor: Visitor, path: string, { at, heading, opens = [] }: Looked): Promise<void> {
    const { page } = visitor
    const arrive = () => arriveAt(page, at ?? path, heading)
    await arrive()
    await check(visitor, path)
    for (const [index, names] of opens.map((one) => [one].flat()).entries()) {
      for (const name of names) await press(page, name)
      await settled(page)
      await check(visitor, `${path}, ${names.join(', ')}`)
      if (index < opens.length - 1 && !(await isClosed(page))) await arrive()
    }
  }

  /** At both widths and in both colour schemes; also that the policy of the page refused nothing. */
  async function check(visitor: Visitor, what: string, widths?: number[]): Promise<void> {
    const broken = [...(await accessibilityOf(visitor.page, widths)), ...visitor.complaints.splice(0)]
    found.push(...broken.map((one) => `${what}: ${one}`))
  }

  /** A key, a webhook with a delivery, an invitation and a record, so that no page is an empty state alone. */
  async function fill(page: Page): Promise<void> {
    await page.evaluate(() => fetch('/api/rest-access/enable', { method: 'POST' }))
    const webhook = { target_url: `${receiver.url}/hook`, description: 'Accounting', event_name: '*' }
    ids.webhook = String((await send(page, 'POST', 'webhook_subscriptions', webhook)).id)
    const contact = { full_name: 'Rosa Field', email: 'rosa@example.com' }
    ids.contact = String((await send(page, 'POST', 'contacts', contact)).id)
    await receiver.waitFor('/hook', 1)
    await send(page, 'POST', 'pipelines', { name: 'Leasing' })
    const people = await page.evaluate(async () => (await (await fetch('/api/people')).json()).data)
    ids.member = people.find(({ email }: { email: string }) => email === member.email).id
    ids.namedKey = await page.evaluate(async () => {
      const key = { name: 'Website', scopes: ['*:read'], pipeline_ids: null, process_type_ids: null }
      const limits = { expires_at: null, allowed_addresses: [], requests_per_minute: null }
      const response = await fetch('/api/rest-access/keys', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...key, ...limits }),
      })
      return String((await response.json()).key.id)
    })
    ids.invitation = await page.evaluate(async () => {
      const body = JSON.stringify({ email: 'new@example.com', role: 'member' })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch('/api/invitations', { method: 'POST', headers, body })
      return /invitations\/(\w{32})/.exec(await response.text())?.[1] ?? ''
    })
    assert.ok(ids.invitation)
  }
})

function pagesFor(kinds: Looked['as'][]): [string, Looked][] {
  return Object.entries(pagesOf(ids)).filter(([, page]) => kinds.includes(page.as))
}

async function arriveAt(page: Page, address: string, heading?: Name): Promise<void> {
  await page.goto(address)
  await page.getByRole('heading', { level: 1, ...(heading && { name: heading }) }).waitFor()
  await settled(page)
}

/** Whatever can be pressed and has this name; of several the first. */
async function press(page: Page, name: Name): Promise<void> {
  const [button, ...others] = (
    ['button', 'menuitem', 'option', 'combobox', 'checkbox', 'radio', 'link'] as const
  ).map((role) => page.getByRole(role, { name }))
  assert.ok(button)
  await others
    .reduce((either, one) => either.or(one), button)
    .first()
    .click()
}

/** Closes by Escape what covers the page; what opened in the page itself stays. */
async function isClosed(page: Page): Promise<boolean> {
  const covering = page.locator(':is([role=dialog], [role=menu], [role=listbox]):visible')
  if ((await covering.count()) === 0) return false
  await page.keyboard.press('Escape')
  await covering.first().waitFor({ state: 'hidden' })
  return true
}

/** Nothing is loading, and nothing moves any more. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('.mantine-Skeleton-root') === null)
  await page.evaluate(still)
}
