import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { admin, personAt } from '../support/admin.ts'

/** What people do, in the words of the pages. */
export async function createCompany(page: Page): Promise<void> {
  await page.goto('/')
  await page.getByLabel('Company name').fill('Ash Property Care')
  await page.getByLabel('Your name').fill(admin.name)
  await page.getByLabel('Email').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Create company' }).click()
  await page.waitForURL('**/settings/integrations')
}

export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL('**/settings/integrations')
}

export async function openRestAccess(page: Page): Promise<void> {
  await page.getByRole('link', { name: /REST API/ }).click()
  await page.waitForURL('**/settings/integrations/rest-api')
}

/** The whole key as the field shows it. */
export async function shownKey(page: Page): Promise<string> {
  const field = page.getByLabel('API key', { exact: true })
  await page.waitForFunction(() =>
    /^lk_live_[A-Za-z0-9]{38}$/.test(document.querySelector('input')?.value ?? ''),
  )
  const key = await field.inputValue()
  assert.match(key, /^lk_live_[A-Za-z0-9]{38}$/)
  return key
}

/** Presses Copy and waits until the clipboard holds the key. */
export async function copyKey(page: Page, expected: string): Promise<void> {
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByText('API key copied').first().waitFor()
  await clipboardHolds(page, expected)
}

export async function clipboardHolds(page: Page, expected: string): Promise<void> {
  assert.equal(await clipboardText(page, expected), expected)
}

/**
 * Waits until the clipboard holds a text with that part, and resolves with what it holds at last. The page looks
 * itself: to `waitForFunction` the promise of a predicate is as good as true.
 */
export async function clipboardText(page: Page, part: string): Promise<string> {
  return page.evaluate(async (awaited) => {
    const end = performance.now() + 10_000
    for (;;) {
      const held = await navigator.clipboard.readText()
      if (held.includes(awaited) || performance.now() > end) return held
      await new Promise(requestAnimationFrame)
    }
  }, part)
}

/** What the API answers to a key. */
export async function statusOf(url: string, key: string): Promise<number> {
  return (await fetch(`${url}/rest/info/account`, { headers: { authorization: `Bearer ${key}` } })).status
}

interface Member {
  name: string
  email: string
  password: string
}

/** A member joins by an invitation of the admin at the page, as their browser would ask for it. */
export async function joinAs(page: Page, { name, email, password }: Member): Promise<void> {
  const link = await page.evaluate(async (address) => {
    const response = await fetch('/api/invitations', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: address, role: 'member' }),
    })
    return JSON.stringify(await response.json())
  }, email)
  const [, id] = /invitations\/(\w{32})/.exec(link) ?? []
  const person = personAt(new URL(page.url()).origin)
  const joined = await person.request('POST', `/api/invitations/${id}/accept`, { name, password })
  assert.equal(joined.status, 201, JSON.stringify(joined))
}

/** Sends what the web app sends, and resolves with the record. */
export async function send(
  page: Page,
  method: 'POST' | 'PATCH',
  path: string,
  fields: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  return page.evaluate(
    async ([by, to, body]) => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`/rest/${to}`, { method: by, headers, body: JSON.stringify(body) })
      const answer = await response.json()
      if (!response.ok) throw new Error(JSON.stringify(answer))
      return answer.data
    },
    [method, path, fields] as const,
  )
}

/** A device with a fingerprint reader, whose owner's finger always lies on it. */
export async function addDevice(page: Page) {
  const browser = await page.context().newCDPSession(page)
  await browser.send('WebAuthn.enable')
  const { authenticatorId } = await browser.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { remove: () => browser.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }) }
}
