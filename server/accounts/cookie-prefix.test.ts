import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { appCodes } from '../../test/support/authenticator-app.ts'
import { forEachEngine } from '../../test/support/engines.ts'
import { type ForgingProvider, openForgingProvider } from '../../test/support/forging-provider.ts'
import { company, startServer, type TestServer } from './test-server.ts'

const { email, password } = company

forEachEngine((kind) => {
  // Cookies know nothing of the engine.
  if (kind.name !== 'sqlite') return
  let server: TestServer
  let provider: ForgingProvider
  before(async () => {
    provider = await openForgingProvider()
    const { issuer, clientId, clientSecret } = provider
    const oidc = { issuer, clientId, clientSecret, name: 'Acme', trustEmail: false, only: false }
    server = await startServer({ ...(await kind.open()), publicUrl: 'https://latchkey.example.com', oidc })
    await server.accounts.openAccount({
      name: company.company_name,
      timeZone: company.time_zone,
      admin: { name: company.name, email, password },
    })
  })
  after(async () => {
    await provider.close()
    await server.close()
    assert.deepEqual(server.errors, [])
  })

  const linesOf = ({ headers }: { headers: Record<string, unknown> }) =>
    [headers['set-cookie'] ?? []].flat().map((line) => String(line).replace(/=[^;]+/, '='))

  it('over https every cookie of a sign-in is one that no other host of the domain can set', async () => {
    const visitor = server.visitor()
    await visitor.post('/api/auth/sign-in/email', { email, password })
    const { secret } = (await visitor.post('/api/two-factor/begin', { password })).body
    const [first, second] = appCodes(secret)
    await visitor.post('/api/two-factor/confirm', { code: first })

    const again = server.visitor()
    const half = await again.post('/api/auth/sign-in/email', { email, password })
    assert.deepEqual(half.body, { second_step: true })
    assert.match(
      String(linesOf(half)),
      /^__Host-latchkey\.two_factor=; .*Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    const whole = await again.post('/api/auth/sign-in/second-step', { code: second })
    assert.equal(whole.status, 200, whole.text)
    assert.deepEqual([...again.cookies.keys()], ['__Host-latchkey.session_token'])
    assert.equal((await again.get('/api/company')).status, 200)
  })

  it('over https the cookie of a sign-in with the company identity is one as well', async () => {
    const visitor = server.visitor()
    provider.issue({})
    const begun = await visitor.get('/api/auth/company/start')
    const there = new URL(String(begun.headers.location)).searchParams
    provider.expect(there)
    assert.deepEqual(linesOf(begun), [
      '__Host-latchkey.company_sign_in=; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure',
    ])
    const query = new URLSearchParams({
      code: 'a-code',
      state: there.get('state') ?? '',
      iss: provider.issuer,
    })
    const back = await visitor.get(`/api/auth/company/callback?${query}`)
    assert.equal(back.headers.location, '/')
    assert.deepEqual([...visitor.cookies.keys()], ['__Host-latchkey.session_token'])
  })
})
