import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { CompanyIdentity, CompanyProvider, Journey } from './company-identity.ts'
import { personOfIdentity, type Refusal } from './company-person.ts'
import type { Context } from './context.ts'
import { cookiePrefix, isSecure } from './cookie-prefix.ts'
import { localPath } from './local-path.ts'
import { openSession } from './open-session.ts'
import { originOf } from './origin.ts'
import { personOf } from './person.ts'
import { auditPerson } from './person-audit.ts'

/** What the cookie holds while the person is at the provider, sealed. */
interface Held extends Journey {
  next: string
  again: boolean
  /** Milliseconds since 1970. */
  expiresAt: number
}

type Problem = Refusal | 'provider_unreachable' | 'company_sign_in_failed' | 'other_person'

const lifetimeSeconds = 10 * 60
const sealedFor = 'company sign-in'
/** How long ago "just now" may be, when the person was to prove anew who they are. */
const justNowSeconds = 5 * 60

/** Sign-in with the identity that the company's own provider knows: to it and back, by page loads. */
export function companySignInRoutes(app: FastifyInstance, context: Context): void {
  const { config, engine, log, publicUrl, secrets, signIn } = context
  const { oidc } = config
  if (!oidc) return
  const path = '/api/auth/company'
  let made: Promise<CompanyProvider> | undefined
  const provider = () => {
    made ??= import('./company-identity.ts').then(({ companyProvider }) =>
      companyProvider(oidc, `${publicUrl}${path}/callback`),
    )
    return made
  }
  const cookieName = `${cookiePrefix(publicUrl)}.company_sign_in`

  app.get('/auth/company/start', async (request, reply) => {
    const query = new URL(request.url, publicUrl).searchParams
    const again = query.get('again') === 'true'
    const next = localPath(query.get('next'))
    try {
      const { to, journey } = await (await provider()).begin({ again })
      const held: Held = { ...journey, next, again, expiresAt: Date.now() + lifetimeSeconds * 1_000 }
      keep(reply, secrets.seal(JSON.stringify(held), sealedFor), lifetimeSeconds)
      return reply.redirect(to.href, 302)
    } catch (error) {
      log.error({ err: error }, 'The provider of OIDC_ISSUER cannot be asked')
      return back(reply, 'provider_unreachable', next)
    }
  })

  app.get('/auth/company/callback', async (request, reply) => {
    const held = heldIn(request)
    keep(reply, '', 0)
    if (!held) return back(reply, 'company_sign_in_failed', '/')
    let identity: CompanyIdentity
    try {
      identity = await (await provider()).finish(new URL(request.url, publicUrl), held)
    } catch (error) {
      log.warn({ err: error }, 'A sign-in with the company identity failed')
      return back(reply, 'company_sign_in_failed', held.next)
    }
    if (held.again && !isJustNow(identity)) return back(reply, 'company_sign_in_failed', held.next)
    const found = await personOfIdentity(engine, oidc, identity)
    if ('refusal' in found) return back(reply, found.refusal, held.next)
    const before = await personOf(signIn, request.headers)
    if (held.again && before && before.id !== found.userId) return back(reply, 'other_person', held.next)
    if (found.isNew) {
      await auditPerson(context, found.userId, 'user.company_identity_linked', originOf(request))
    }
    await openSession(context, request, reply, { userId: found.userId, by: 'company identity' })
    return reply.redirect(found.invitationId ? `/invitations/${found.invitationId}` : held.next, 302)
  })

  function keep(reply: FastifyReply, value: string, maxAge: number): void {
    const attributes = ['Path=/', `Max-Age=${maxAge}`, 'HttpOnly', 'SameSite=Lax']
    if (isSecure(publicUrl)) attributes.push('Secure')
    reply.header('set-cookie', [`${cookieName}=${encodeURIComponent(value)}`, ...attributes].join('; '))
  }

  function heldIn({ headers }: FastifyRequest): Held | null {
    const pair = headers.cookie?.split(/;\s*/).find((cookie) => cookie.startsWith(`${cookieName}=`))
    if (!pair) return null
    try {
      const sealed = decodeURIComponent(pair.slice(cookieName.length + 1))
      const held: Held = JSON.parse(secrets.open(sealed, sealedFor))
      return held.expiresAt > Date.now() ? held : null
    } catch {
      return null
    }
  }
}

/** Where the provider does not tell, its answer to "ask again" is believed. */
function isJustNow({ authenticatedAt }: CompanyIdentity): boolean {
  return authenticatedAt === null || Date.now() / 1_000 - authenticatedAt < justNowSeconds
}

function back(reply: FastifyReply, problem: Problem, next: string): FastifyReply {
  return reply.redirect(`/sign-in?${new URLSearchParams({ problem, next })}`, 302)
}
