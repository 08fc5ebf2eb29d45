import * as openid from 'openid-client'
import type { Oidc } from '../config.ts'

/** What must be remembered between the way to the provider and the way back. */
export interface Journey {
  state: string
  nonce: string
  verifier: string
}

/** Whom the provider vouches for. */
export interface CompanyIdentity {
  subject: string
  email: string | null
  isEmailProven: boolean
  name: string | null
  /** Seconds since 1970, where the provider tells when it last asked for their password. */
  authenticatedAt: number | null
}

/** The company's provider, spoken to by OpenID Connect: code flow with PKCE, state and nonce. */
export interface CompanyProvider {
  /** Where the browser goes. @param again ask the person who they are, even if they are known */
  begin(options: { again: boolean }): Promise<{ to: URL; journey: Journey }>
  /**
   * Who comes back. The token's signature, issuer, audience, times and nonce are checked.
   * @throws Error of openid-client when anything does not fit
   */
  finish(cameTo: URL, journey: Journey): Promise<CompanyIdentity>
}

const timeoutSeconds = 10

export function companyProvider(oidc: Oidc, callback: string): CompanyProvider {
  let discovered: Promise<openid.Configuration> | null = null
  /** Asked for when it is needed, so that a provider that is down keeps nobody from starting the server. */
  const configuration = () => {
    discovered ??= discover(oidc).catch((error) => {
      discovered = null
      throw error
    })
    return discovered
  }
  return {
    async begin({ again }) {
      const configured = await configuration()
      const [state, nonce, verifier] = [
        openid.randomState(),
        openid.randomNonce(),
        openid.randomPKCECodeVerifier(),
      ]
      const to = openid.buildAuthorizationUrl(configured, {
        redirect_uri: callback,
        scope: 'openid email profile',
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(again && { prompt: 'login', max_age: '0' }),
      })
      return { to, journey: { state, nonce, verifier } }
    },
    async finish(cameTo, { state, nonce, verifier }) {
      const configured = await configuration()
      const tokens = await openid.authorizationCodeGrant(configured, cameTo, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (!claims) throw new Error('The provider sent no identity token.')
      // Some providers tell the address only when they are asked once more.
      const more =
        claims.email === undefined && configured.serverMetadata().userinfo_endpoint
          ? await openid.fetchUserInfo(configured, tokens.access_token, claims.sub)
          : {}
      const told: Partial<Record<string, unknown>> = { ...more, ...claims }
      const { email, email_verified: proven, name, auth_time: at } = told
      return {
        subject: claims.sub,
        email: typeof email === 'string' ? email.trim().toLowerCase() : null,
        isEmailProven: proven === true || proven === 'true',
        name: typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 200) : null,
        authenticatedAt: typeof at === 'number' ? at : null,
      }
    },
  }
}

async function discover({ issuer, clientId, clientSecret }: Oidc): Promise<openid.Configuration> {
  const isPlain = issuer.startsWith('http:')
  const execute = isPlain ? [openid.allowInsecureRequests] : []
  const found = await openid.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    execute,
    timeout: timeoutSeconds,
  })
  const server = found.serverMetadata()
  const methods = server.token_endpoint_auth_methods_supported
  // A provider that does not say what it takes takes this one (OpenID Connect Discovery, 3).
  const takesBasic = methods === undefined || methods.includes('client_secret_basic')
  const secret = takesBasic ? openid.ClientSecretBasic(clientSecret) : openid.ClientSecretPost(clientSecret)
  const configured = new openid.Configuration(server, clientId, clientSecret, secret)
  configured.timeout = timeoutSeconds
  if (isPlain) openid.allowInsecureRequests(configured)
  // The signature of the identity token as well, and not the encryption of the connection alone.
  openid.enableNonRepudiationChecks(configured)
  return configured
}
