import { betterAuth } from 'better-auth'
import { organization } from 'better-auth/plugins/organization'
import { adminAc, memberAc } from 'better-auth/plugins/organization/access'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { Log } from '../mail/mail.ts'
import type { Secrets } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import { newId } from '../storage/ids.ts'
import { accountToOpen } from './account-to-open.ts'
import { cookiePrefix, isSecure } from './cookie-prefix.ts'
import { passwordLength } from './form.ts'
import type { Passwords } from './passwords.ts'
import { base62, randomText } from './random-text.ts'
import { newRecoveryCodes } from './recovery-codes.ts'
import { sessionOpening } from './session-opening.ts'
import { addressHeader, invitationIdLength, type ResetEvents, resetLinkMs } from './sign-in.terms.ts'

/** better-auth, which is loaded when it is first asked for: most of what a server answers has nothing to do with it. */
export type SignIn = () => Promise<ReturnType<typeof createSignIn>>

/**
 * better-auth over Latchkey's tables: passwords, sessions, cookies, reset and the throttle by address. Who
 * belongs to which account is written by Latchkey's own transactions into the tables of its organization
 * plugin, because roles, audit log, change log and mail must change together or not at all.
 */
export function createSignIn(options: {
  engine: Pick<Engine, 'dialect' | 'reader' | 'writer'>
  publicUrl: string
  secrets: Secrets
  passwords: Passwords
  log: Log
  reset: ResetEvents
}) {
  const { engine, publicUrl, secrets, passwords, log, reset } = options
  return betterAuth({
    appName: 'Latchkey',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret: secrets.derive('sessions'),
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      log: (_level, message) => log.error({ from: 'better-auth' }, message),
    },
    database: {
      db: engine.writer,
      type: engine.dialect,
      // A reset spends its token, ends the sessions and sets the password at once or not at all.
      transaction: true,
    },
    advanced: {
      cookiePrefix: cookiePrefix(publicUrl),
      // That would begin their names with another prefix, `__Secure-`.
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure(publicUrl) },
      // requireSameSite stands before every endpoint, and none is handed an address to redirect to.
      disableCSRFCheck: true,
      disableOriginCheck: true,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: {
        generateId: ({ model }) =>
          model === 'invitation' ? randomText(invitationIdLength, base62) : newId(),
        // The migrations are Latchkey's own, and tested.
        validateSchema: false,
      },
    },
    user: {
      modelName: 'identities',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    session: {
      modelName: 'sessions',
      fields: {
        userId: 'identity_id',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
        expiresAt: 'expires_at',
      },
      expiresIn: 30 * day,
      updateAge: day,
      // Every request asks the database, so that a removed person is out at once.
      cookieCache: { enabled: false },
    },
    account: {
      modelName: 'credentials',
      fields: {
        userId: 'identity_id',
        providerId: 'provider_id',
        accountId: 'provider_account_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'verifications',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
      // Whoever reads the database must not find links in it that set a password.
      storeIdentifier: 'hashed',
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      password: passwords,
      minPasswordLength: passwordLength.shortest,
      maxPasswordLength: passwordLength.longest,
      resetPasswordTokenExpiresIn: resetLinkMs / 1_000,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: ({ user, token }, request) => reset.requested(user, token, request?.headers),
      onPasswordReset: ({ user }, request) => reset.done(user.id, request?.headers),
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      modelName: 'sign_in_attempts',
      fields: { lastRequest: 'last_request' },
      customRules: {
        '/sign-in/email': { window: 60, max: 10 },
        '/sign-out': { window: 60, max: 60 },
        '/request-password-reset': { window: 10 * 60, max: 5 },
        '/reset-password': { window: 10 * 60, max: 10 },
        '/change-password': { window: 10 * 60, max: 10 },
        '/two-factor/enable': { window: 10 * 60, max: 10 },
        '/two-factor/verify-totp': { window: 60, max: 10 },
        '/two-factor/verify-backup-code': { window: 60, max: 10 },
        '/two-factor/generate-backup-codes': { window: 10 * 60, max: 10 },
        '/two-factor/disable': { window: 10 * 60, max: 10 },
      },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => ({
            data: {
              ...session,
              activeOrganizationId:
                session.activeOrganizationId ?? (await accountToOpen(engine, session.userId)),
            },
          }),
        },
      },
    },
    plugins: [
      sessionOpening,
      twoFactor({
        issuer: 'Latchkey',
        // Who signs in by the company's identity has no password; a recent sign-in stands for it.
        allowPasswordless: true,
        // Both the secret and the codes are sealed with the secret above.
        backupCodeOptions: { storeBackupCodes: 'encrypted', customBackupCodesGenerate: newRecoveryCodes },
        schema: {
          user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
          twoFactor: {
            modelName: 'second_factors',
            fields: {
              userId: 'identity_id',
              backupCodes: 'recovery_codes',
              failedVerificationCount: 'failed_count',
              lockedUntil: 'locked_until',
            },
          },
        },
      }),
      organization({
        roles: { admin: adminAc, member: memberAc },
        creatorRole: 'admin',
        schema: {
          session: { fields: { activeOrganizationId: 'active_account_id' } },
          organization: { modelName: 'accounts', fields: { createdAt: 'created_at' } },
          member: {
            modelName: 'members',
            fields: { organizationId: 'account_id', userId: 'identity_id', createdAt: 'created_at' },
          },
          invitation: {
            modelName: 'invitations',
            fields: {
              organizationId: 'account_id',
              inviterId: 'inviter_id',
              createdAt: 'created_at',
              expiresAt: 'expires_at',
            },
          },
        },
      }),
    ],
  })
}

const day = 24 * 60 * 60
