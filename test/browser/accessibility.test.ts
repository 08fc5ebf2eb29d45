import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { accessibilityOf, still } from '../support/accessibility.ts'
import { admin } from '../support/admin.ts'
import { openReceiver } from '../support/receiver.ts'
import { createCompany, joinAs, send, signIn } from './steps.ts'
import { type House, openHouse, type Visitor } from './visit.ts'

const member = { name: 'Ash Park', email: 'ash.park@example.com', password: 'another-long-pass-phrase-2' }

/** What is checked of a page of the router. */
interface Looked {
  /** Its address, once the company has records; the path itself unless it has parameters. */
  at?: () => string
  /** Shown when the page is there. */
  heading?: string | RegExp
  /** Whom it is for; everybody who is signed in unless it says otherwise. */
  as?: 'nobody' | 'admin'
  /** The buttons that open a dialog, a menu or a part of the page, each from a fresh load. */
  opens?: (string | RegExp)[]
}

/** Every route of `web/src/router.tsx`; one that is missing here fails the first test. */
const pages: Record<string, Looked> = {
  '/setup': { as: 'nobody', at: () => '/sign-in' },
  '/sign-in': { as: 'nobody', heading: 'Sign in', opens: ['Sign in'] },
  '/forgot-password': { as: 'nobody' },
  '/reset-password': { as: 'nobody', at: () => '/reset-password?token=unknown' },
  '/invitations/$id': { as: 'nobody', at: () => `/invitations/${invitationId}` },
  '/': { heading: 'Integrations' },
  '/settings': { heading: 'Integrations', opens: [/your menu$/] },
  '/settings/integrations': { heading: 'Integrations' },
  '/settings/integrations/rest-api': {
    heading: 'REST API',
    opens: ['Rotate API key', /^(Turn off REST API access|Revoke )/, 'Turn on strict emulation', 'Show key'],
  },
  '/settings/integrations/rest-api/keys/new': { as: 'admin' },
  '/settings/integrations/rest-api/keys/$id': {
    as: 'admin',
    at: () => `/settings/integrations/rest-api/keys/${namedKeyId}`,
    heading: 'Change key',
  },
  '/settings/integrations/sandbox': { as: 'admin', heading: 'Sandbox' },
  '/outbox': { heading: 'Outbox' },
  '/settings/integrations/webhooks': { heading: 'Webhooks' },
  '/settings/integrations/webhooks/new': { as: 'admin', opens: ['Add webhook'] },
  '/settings/integrations/webhooks/$id': {
    as: 'admin',
    at: () => `/settings/integrations/webhooks/${webhookId}`,
    heading: 'Accounting',
    opens: [/^contact\.created/, 'Rotate secret', 'Deliver a time range again', 'Delete webhook'],
  },
  '/settings/integrations/webhooks/$id/edit': {
    as: 'admin',
    at: () => `/settings/integrations/webhooks/${webhookId}/edit`,
  },
  '/settings/people': {
    heading: 'People',
    opens: ['Invite people', /change the role of Ash Park/, /Remove Ash Park/],
  },
  '/settings/company': { heading: 'Company' },
  '/settings/audit-log': { as: 'admin', heading: 'Audit log', opens: [/^Invited/] },
  '/settings/profile': { heading: 'Your profile', opens: ['Change password'] },
  '/$resource/$id': { at: () => `/contacts/${contactId}`, heading: 'Rosa Field' },
}

let webhookId = ''
let contactId = ''
let namedKeyId = ''
let invitationId = ''

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
      routes.filter((path) => !(String(path) in pages)),
      [],
      'add the new page to the list above',
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
  })

  it('when the password is asked for again', async () => {
    house.ageSessions(13)
    await boss.page.goto('/settings/integrations/rest-api')
    await boss.page.getByRole('button', { name: 'Show key' }).click()
    await boss.page.getByRole('dialog').getByLabel('Password', { exact: true }).waitFor()
    await check(boss, 'recent sign-in')
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
    const arrive = async () => {
      await page.goto(at?.() ?? path)
      await page.getByRole('heading', { level: 1, ...(heading && { name: heading }) }).waitFor()
      await settled(page)
    }
    await arrive()
    await check(visitor, path)
    for (const [index, name] of opens.entries()) {
      if (index > 0) await arrive()
      await page.getByRole('button', { name }).first().click()
      await settled(page)
      await check(visitor, `${path}, ${name}`)
    }
  }

  /** At both widths and in both colour schemes; also that the policy of the page refused nothing. */
  async function check(visitor: Visitor, what: string): Promise<void> {
    const broken = [...(await accessibilityOf(visitor.page)), ...visitor.complaints.splice(0)]
    found.push(...broken.map((one) => `${what}: ${one}`))
  }

  /** A key, a webhook with a delivery, an invitation and a record, so that no page is an empty state alone. */
  async function fill(page: Page): Promise<void> {
    await page.evaluate(() => fetch('/api/rest-access/enable', { method: 'POST' }))
    const webhook = { target_url: `${receiver.url}/hook`, description: 'Accounting', event_name: '*' }
    webhookId = String((await send(page, 'POST', 'webhook_subscriptions', webhook)).id)
    const contact = { full_name: 'Rosa Field', email: 'rosa@example.com' }
    contactId = String((await send(page, 'POST', 'contacts', contact)).id)
    await receiver.waitFor('/hook', 1)
    namedKeyId = await page.evaluate(async () => {
      const key = { name: 'Website', scopes: ['*:read'], pipeline_ids: null, process_type_ids: null }
      const limits = { expires_at: null, allowed_addresses: [], requests_per_minute: null }
      const response = await fetch('/api/rest-access/keys', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...key, ...limits }),
      })
      return String((await response.json()).key.id)
    })
    invitationId = await page.evaluate(async () => {
      const body = JSON.stringify({ email: 'new@example.com', role: 'member' })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch('/api/invitations', { method: 'POST', headers, body })
      return /invitations\/(\w{32})/.exec(await response.text())?.[1] ?? ''
    })
    assert.ok(invitationId && admin.email)
  }
})

function pagesFor(kinds: Looked['as'][]): [string, Looked][] {
  return Object.entries(pages).filter(([, page]) => kinds.includes(page.as))
}

/** Nothing is loading, and nothing moves any more. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('.mantine-Skeleton-root') === null)
  await page.evaluate(still)
}
