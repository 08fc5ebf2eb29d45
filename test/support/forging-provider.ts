import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How the next token differs from a right one. */
export interface Forgery {
  /** Claims to say instead; those that are undefined are left out. */
  claims?: Record<string, unknown>
  signedBy?: 'another' | 'nobody' | 'the secret of the client' | 'the public key'
  /** Claims to put in after it was signed. */
  changedTo?: Record<string, unknown>
  /** No token at all. */
  without?: true
}

/** An OpenID provider that asks nobody who they are, and issues whatever token it is told to. */
export interface ForgingProvider {
  issuer: string
  clientId: string
  clientSecret: string
  issue(forgery: Forgery): void
  /** With what the browser came, of which a right token repeats the nonce. */
  expect(query: URLSearchParams): void
  /** Says from now on that it is another one. */
  announce(issuer: string): void
  close(): Promise<void>
}

const clientId = 'latchkey'
const clientSecret = 'a secret that the provider gave out'

export async function openForgingProvider(): Promise<ForgingProvider> {
  const [own, another] = [keyPair(), keyPair()]
  let forgery: Forgery = {}
  let nonce = ''
  let announced: string | null = null
  const server = createServer((request, response) => {
    const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
    const answers: Record<string, () => object> = {
      '/.well-known/openid-configuration': () => ({
        issuer: announced ?? issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        authorization_response_iss_parameter_supported: true,
      }),
      '/keys': () => ({
        keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'own', alg: 'RS256', use: 'sig' }],
      }),
      '/token': () => ({
        access_token: 'opens-nothing',
        token_type: 'Bearer',
        expires_in: 60,
        ...(!forgery.without && { id_token: tokenOf(issuer) }),
      }),
    }
    const answer = answers[request.url ?? '']
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer?.() ?? {}))
  })

  function tokenOf(issuer: string): string {
    const at = Math.floor(Date.now() / 1_000)
    const claims = {
      iss: issuer,
      sub: 'ada-1',
      aud: clientId,
      nonce,
      iat: at,
      exp: at + 60,
      email: 'ada@example.com',
      email_verified: true,
      ...forgery.claims,
    }
    const [head, body, signature] = signed(claims)
    return [head, forgery.changedTo ? encoded({ ...claims, ...forgery.changedTo }) : body, signature].join(
      '.',
    )
  }

  function signed(claims: object): [head: string, body: string, signature: string] {
    const { signedBy } = forgery
    const alg =
      signedBy === undefined || signedBy === 'another' ? 'RS256' : signedBy === 'nobody' ? 'none' : 'HS256'
    const [head, body] = [encoded({ alg, kid: 'own' }), encoded(claims)]
    const text = Buffer.from(`${head}.${body}`)
    if (alg === 'none') return [head, body, '']
    if (alg === 'RS256') {
      const { privateKey } = signedBy === 'another' ? another : own
      return [head, body, sign('sha256', text, privateKey).toString('base64url')]
    }
    const publicKey = own.publicKey.export({ type: 'spki', format: 'pem' })
    const secret = signedBy === 'the public key' ? publicKey : clientSecret
    return [head, body, createHmac('sha256', secret).update(text).digest('base64url')]
  }

  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return {
    issuer: `http://localhost:${(server.address() as AddressInfo).port}`,
    clientId,
    clientSecret,
    issue(next) {
      forgery = next
    },
    expect(query) {
      nonce = query.get('nonce') ?? ''
    },
    announce(as) {
      announced = as
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function keyPair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
