import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { type ForgingProvider, openForgingProvider } from '../../test/support/forging-provider.ts'
import { company, startServer, type TestServer, type Visitor } from './test-server.ts'

const publicUrl = 'http://localhost:3000'

forEachEngine((kind) => {
  // Nothing of a forged token gets as far as the database.
  if (kind.name !== 'sqlite') return
  let server: TestServer
  let provider: ForgingProvider
  const start = async () => {
    const { issuer, clientId, clientSecret } = provider
    const oidc = { issuer, clientId, clientSecret, name: 'Acme', trustEmail: false, only: false }
    return startServer({ ...(await kind.open()), publicUrl, oidc })
  }
  before(async () => {
    provider = await openForgingProvider()
    server = await start()
    await server.accounts.openAccount({
      name: company.company_name,
      timeZone: company.time_zone,
      admin: { name: company.name, email: company.email, password: company.password },
    })
  })
  after(async () => {
    await provider.close()
    await server.close()
  })

  /** There and back, with a token that is made so; whether that signed them in, and where the browser ends. */
  async function comeBack(change: Parameters<ForgingProvider['issue']>[0], visitor: Visitor) {
    provider.issue(change)
    const begun = await visitor.get('/api/auth/company/start')
    const there = new URL(String(begun.headers.location)).searchParams
    provider.expect(there)
    const query = new URLSearchParams({
      code: 'a-code',
      state: there.get('state') ?? '',
      iss: provider.issuer,
    })
    const answer = await visitor.get(`/api/auth/company/callback?${query}`)
    assert.equal(answer.status, 302)
    const isSignedIn = (await visitor.get('/api/session')).body.signed_in !== null
    return { isSignedIn, to: String(answer.headers.location) }
  }

  it('lets in with a token that the provider signed for this client, this journey and now', async () => {
    assert.deepEqual(await comeBack({}, server.visitor()), { isSignedIn: true, to: '/' })
  })

  const now = () => Math.floor(Date.now() / 1_000)
  const forged: Record<string, Parameters<ForgingProvider['issue']>[0]> = {
    'signed by another key': { signedBy: 'another' },
    'changed after it was signed': { changedTo: { sub: 'somebody-else' } },
    'that nobody signed': { signedBy: 'nobody' },
    'signed with the secret of the client': { signedBy: 'the secret of the client' },
    'signed with the public key as if it were a secret': { signedBy: 'the public key' },
    'of another issuer': { claims: { iss: 'https://elsewhere.example' } },
    'of no issuer': { claims: { iss: undefined } },
    'for another client': { claims: { aud: 'another-client' } },
    'for several clients, of which another asked for it': {
      claims: { aud: ['latchkey', 'another-client'], azp: 'another-client' },
    },
    'for another journey': { claims: { nonce: 'of-another' } },
    'for no journey': { claims: { nonce: undefined } },
    'that has expired': { claims: { iat: now() - 7_200, exp: now() - 3_600 } },
    'without an end': { claims: { exp: undefined } },
    'of tomorrow': { claims: { nbf: now() + 86_400 } },
    'of nobody': { claims: { sub: undefined } },
  }
  for (const [what, change] of Object.entries(forged)) {
    it(`refuses a token ${what}`, async () => {
      const back = await comeBack(change, server.visitor())
      assert.deepEqual(back, { isSignedIn: false, to: '/sign-in?problem=company_sign_in_failed&next=%2F' })
    })
  }

  it('refuses an answer that comes without a token', async () => {
    assert.equal((await comeBack({ without: true }, server.visitor())).isSignedIn, false)
  })

  it('goes nowhere when the provider says that it is another one', async () => {
    const mistaken = await start()
    provider.announce('https://elsewhere.example')
    const begun = await mistaken.visitor().get('/api/auth/company/start')
    assert.equal(begun.headers.location, '/sign-in?problem=provider_unreachable&next=%2F')
    assert.match(String(mistaken.errors.splice(0)), /issuer|unexpected/i)
    await mistaken.close()
  })

  it('has nobody but those whom it let in', async () => {
    assert.deepEqual(server.errors, [])
    const sessions = await server.engine.reader.selectFrom('sessions').select('id').execute()
    assert.equal(sessions.length, 1)
  })
})
