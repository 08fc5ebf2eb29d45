import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

/** Somebody whom the provider knows. */
export interface Claims {
  sub: string
  email?: string
  email_verified?: boolean
  name?: string
}

/** A real OpenID provider on a free port, whose people sign in without a page: it lets in whoever is set. */
export interface IdentityProvider {
  issuer: string
  clientId: string
  clientSecret: string
  /** Who signs in there from now on. */
  setPerson(claims: Claims): void
  /** The queries with which browsers came. */
  requests: URLSearchParams[]
  /** The address to which it sends a browser back, that came with `start`. */
  visit(start: string): Promise<URL>
  /** Refuses every connection until it comes back at the same address. */
  goDown(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' }
}

const client = { id: 'latchkey', secret: 'a secret that the provider gave out' }

export async function openIdentityProvider(callback: string): Promise<IdentityProvider> {
  const server = createServer()
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, 'localhost', resolve))
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  await listen(0)
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const issuer = `http://localhost:${port}`
  const people = new Map<string, Claims>()
  const requests: URLSearchParams[] = []
  let person: Claims = { sub: 'nobody' }

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [callback],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        // A provider that asks at http is one of tests.
        application_type: callback.startsWith('http:') ? 'native' : 'web',
      },
    ],
    jwks: { keys: [signingKey()] },
    ttl: { Interaction: 60, Grant: 60, Session: 60, AccessToken: 60, IdToken: 60 },
    cookies: { keys: ['signs the cookies of the tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    findAccount: (_ctx, id) => {
      const claims = people.get(id)
      return claims && { accountId: id, claims: () => ({ ...claims }) }
    },
    interactions: { url: (_ctx, { uid }) => `/let-in/${uid}` },
  })
  const answer = provider.callback()
  server.on('request', async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer)
    if (pathname === '/auth') requests.push(searchParams)
    if (!pathname.startsWith('/let-in/')) return answer(request, response)
    const { params } = await provider.interactionDetails(request, response)
    const grant = new provider.Grant({ accountId: person.sub, clientId: String(params.client_id) })
    grant.addOIDCScope(String(params.scope))
    const result = { login: { accountId: person.sub }, consent: { grantId: await grant.save() } }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  })

  return {
    issuer,
    clientId: client.id,
    clientSecret: client.secret,
    requests,
    setPerson(claims) {
      people.set(claims.sub, claims)
      person = claims
    },
    async visit(start) {
      const jar = new Map<string, string>()
      let at = new URL(start)
      while (at.origin === issuer) {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
        const response = await fetch(at, { redirect: 'manual', headers: { cookie } })
        for (const line of response.headers.getSetCookie()) {
          const [pair = ''] = line.split(';')
          jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
        }
        const location = response.headers.get('location')
        if (!location) throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
        at = new URL(location, at)
      }
      return at
    },
    goDown: stop,
    comeBack: () => listen(port),
    close: stop,
  }
}
