import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { admin } from '../support/admin.ts'
import { type IdentityProvider, openIdentityProvider } from '../support/identity-provider.ts'
import { createCompany } from './steps.ts'
import { assertCalm, type House, openHouse, sizes, type Visitor } from './visit.ts'

const eve = { sub: 'eve', email: 'eve@example.com', email_verified: true }
const ann = { sub: 'ann', email: admin.email, email_verified: true, name: admin.name }

for (const size of Object.keys(sizes) as (keyof typeof sizes)[]) {
  describe(`signing in with the company identity, on a ${size}`, () => {
    let provider: IdentityProvider
    let house: House
    let visitor: Visitor
    let page: Page

    before(async () => {
      const port = await freePort()
      provider = await openIdentityProvider(`http://localhost:${port}/api/auth/company/callback`)
      house = await openHouse({
        PORT: String(port),
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: provider.clientId,
        OIDC_CLIENT_SECRET: provider.clientSecret,
        OIDC_NAME: 'Ash Accounts',
        OIDC_ONLY: 'true',
      })
      const founder = await house.visitor(size)
      await createCompany(founder.page)
      await founder.close()
      visitor = await house.visitor(size)
      page = visitor.page
    })
    after(async () => {
      await house.close()
      await provider.close()
    })

    it('tells a stranger whom to ask', async () => {
      provider.setPerson(eve)
      await page.goto('/settings/people')
      await page.getByRole('link', { name: 'Sign in with Ash Accounts' }).press('Enter')
      await page.getByText('Nobody has invited you to Latchkey.').waitFor()
      assert.equal(await page.getByLabel('Password').count(), 0)
      await assertCalm(visitor)
    })

    it('lets a member in, to where they wanted to go', async () => {
      provider.setPerson(ann)
      await page.context().clearCookies()
      await page.goto('/settings/profile')
      await page.getByRole('link', { name: 'Sign in with Ash Accounts' }).press('Enter')
      await page.waitForURL('**/settings/profile')
      await page.getByText('You sign in with Ash Accounts. Change your password there.').waitFor()
      await assertCalm(visitor)
    })

    it('asks the provider again when the sign-in is old', async () => {
      house.ageSessions(13)
      await page.goto('/settings/integrations/rest-api')
      await page.getByRole('button', { name: 'Enable REST API access' }).click()
      await page.getByRole('link', { name: 'Continue with Ash Accounts' }).click()
      await page.waitForURL('**/settings/integrations/rest-api')
      await page.getByRole('button', { name: 'Enable REST API access' }).click()
      await page.getByLabel('API key', { exact: true }).waitFor()
      assert.equal(provider.requests.at(-1)?.get('prompt'), 'login')
      await assertCalm(visitor)
    })
  })
}

/** The provider has to know the address before the server runs at it. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, 'localhost', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
