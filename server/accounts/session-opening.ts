import { createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'

interface Whose {
  userId: string
}

/** Nobody but Latchkey's own code calls it; so this only tells the types, in the form that better-auth reads. */
const whose = {
  '~standard': {
    version: 1,
    vendor: 'latchkey',
    validate: (value: unknown) => ({ value: value as Whose }),
    types: undefined as { input: Whose; output: Whose } | undefined,
  },
} as const

/**
 * A plugin of better-auth by which Latchkey signs somebody in whom it knows by other means than a password. It
 * cannot be called over HTTP.
 */
export const sessionOpening = {
  id: 'latchkey-session-opening',
  endpoints: {
    openSession: createAuthEndpoint.serverOnly({ method: 'POST', body: whose }, async (ctx) => {
      const { internalAdapter } = ctx.context
      const user = await internalAdapter.findUserById(ctx.body.userId)
      if (!user) throw new Error('There is no such person.')
      const session = await internalAdapter.createSession(user.id, false)
      await setSessionCookie(ctx, { session, user })
      return ctx.json({ opened: true })
    }),
  },
} as const
