import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyPluginAsync } from 'fastify'
import type { Config } from '../config.ts'
import type { Log, Mail } from '../mail/mail.ts'
import type { Secrets } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import { attemptsOf } from './attempts.ts'
import { createChallenges } from './challenges.ts'
import { companyRoutes } from './company.routes.ts'
import { companySignInRoutes } from './company-sign-in.routes.ts'
import type { Context } from './context.ts'
import { refuseKeys, requireSameSite } from './guards.ts'
import { invitationRoutes } from './invitations.routes.ts'
import { addPerson, type NewAccount, type NewPerson, openAccount } from './memberships.ts'
import type { Work } from './open-work.ts'
import { noOrigin } from './origin.ts'
import { passkeysRoutes } from './passkeys.routes.ts'
import { createPasswords, type PasswordCost } from './passwords.ts'
import { peopleRoutes } from './people.routes.ts'
import { permissionsRoutes } from './permissions.routes.ts'
import { forgetExpired, personOf, sessionOf } from './person.ts'
import { createReset, resetUrl } from './reset.ts'
import { usedCodesOf } from './second-factor.ts'
import { secondStepRoutes } from './second-step.routes.ts'
import { hasAccounts } from './session.body.ts'
import { sessionRoutes } from './session.routes.ts'
import type { Role, Session } from './session.ts'
import { sessionsRoutes } from './sessions.routes.ts'
import { createSetupCode } from './setup-code.ts'
import { signInRoutes } from './sign-in.routes.ts'
import type { SignIn } from './sign-in.ts'
import { twoFactorRoutes } from './two-factor.routes.ts'
import { alignAllUsers } from './users.ts'

export interface Accounts {
  /** Who the cookie belongs to and the account they are in; null for everybody else. */
  sessionOf(headers: IncomingHttpHeaders): Promise<Session | null>
  /**
   * What concerns sign-in, companies and people, to be registered with the prefix `/api`. Registering it
   * aligns the users of all accounts and removes what has expired.
   */
  routes: FastifyPluginAsync
  /** Opens an account with its first admin, without a visit in the browser. */
  openAccount(account: NewAccount): Promise<{ accountId: string; userId: string }>
  /** @throws ApiError already_member */
  addPerson(accountId: string, person: NewPerson & { role: Role }): Promise<{ userId: string }>
  /** Who manages the account now, by name. */
  admins(accountId: string): Promise<{ id: string; name: string; email: string }[]>
  /** A link that sets a new password, once and within an hour; null when nobody signs in with the address. */
  resetLink(email: string): Promise<string | null>
  /** Whether no company exists yet, so that the terminal should show the code. */
  setupRequired(): Promise<boolean>
  /** What the first visit from another machine must know. */
  readonly setupCode: string
}

export function createAccounts(options: {
  engine: Engine
  config: Pick<Config, 'publicUrl' | 'port' | 'support' | 'oidc'>
  secrets: Secrets
  mail: Mail
  log: Log
  work: Work
  /** What hashing a password costs, where that is not what it should be. */
  passwordCost?: PasswordCost | undefined
}): Accounts {
  const { engine, config, secrets, mail, log, work } = options
  const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`
  const attempts = attemptsOf(engine)
  const reset = createReset({ engine, attempts, mail, log, publicUrl })
  const passwords = createPasswords(options.passwordCost)
  let made: ReturnType<SignIn> | undefined
  const signIn: SignIn = () => {
    made ??= import('./sign-in.ts').then(({ createSignIn }) =>
      createSignIn({ engine, publicUrl, secrets, passwords, log, reset }),
    )
    return made
  }
  const setupCode = createSetupCode()
  const usedCodes = usedCodesOf(engine)
  const challenges = createChallenges(engine, secrets)
  const context: Context = {
    engine,
    config,
    publicUrl,
    mail,
    log,
    secrets,
    signIn,
    passwords,
    attempts,
    usedCodes,
    challenges,
    setupCode,
    work,
  }

  const accounts: Accounts = {
    sessionOf: async (headers) => sessionOf(engine, await personOf(signIn, headers)),
    async routes(app) {
      await alignAllUsers(engine)
      await forgetExpired(engine)
      app.addHook('onRequest', async (request, reply) => {
        reply.header('cache-control', 'no-store')
        refuseKeys(request)
        requireSameSite(request, config.publicUrl)
      })
      sessionRoutes(app, context)
      signInRoutes(app, context)
      secondStepRoutes(app, context)
      twoFactorRoutes(app, context)
      passkeysRoutes(app, context)
      companySignInRoutes(app, context)
      companyRoutes(app, context, accounts)
      peopleRoutes(app, context, accounts)
      permissionsRoutes(app, context, accounts)
      sessionsRoutes(app, context, accounts)
      invitationRoutes(app, context, accounts)
    },
    openAccount: (account) => openAccount(context, account, { origin: noOrigin }),
    addPerson: (accountId, person) => addPerson(context, accountId, person, noOrigin),
    admins: (accountId) =>
      engine.reader
        .selectFrom('members')
        .innerJoin('identities', 'identities.id', 'members.identity_id')
        .select(['identities.id', 'identities.name', 'identities.email'])
        .where('members.account_id', '=', accountId)
        .where('members.role', '=', 'admin')
        .orderBy('identities.name')
        .execute(),
    resetLink: (email) => resetUrl({ engine, signIn, publicUrl }, email),
    setupRequired: async () => !(await hasAccounts(context)),
    setupCode: setupCode.text,
  }
  return accounts
}
