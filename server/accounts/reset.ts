import type { Origin } from '../audit/audit.ts'
import type { Log, Mail } from '../mail/mail.ts'
import type { Engine } from '../storage/engine.ts'
import type { Attempts } from './attempts.ts'
import { passwordChangedLetter, resetLetter } from './letters.ts'
import { auditPerson } from './person-audit.ts'
import { base62, randomText } from './random-text.ts'
import { addressHeader, type ResetEvents, requestIdHeader, resetLinkMs } from './sign-in.terms.ts'
import type { SignIn } from './sign-in.ts'

/** What Latchkey does when a password was forgotten: the mail with the link, and the note that it was used. */
export function createReset(options: {
  engine: Engine
  attempts: Attempts
  mail: Mail
  log: Log
  publicUrl: string
}): ResetEvents {
  const { engine, attempts, mail, log, publicUrl } = options
  return {
    async requested({ id, name, email }, token, headers) {
      const letter = resetLetter({ to: email, name, link: linkOf(publicUrl, token), publicUrl })
      await engine.transaction((tx) => mail.enqueue(tx, letter))
      await auditPerson({ engine, log }, id, 'user.password_reset_requested', originFrom(headers))
    },
    async done(userId, headers) {
      await auditPerson({ engine, log }, userId, 'user.password_reset', originFrom(headers))
      const person = await engine.reader
        .selectFrom('identities')
        .select(['name', 'email'])
        .where('id', '=', userId)
        .executeTakeFirst()
      if (!person) return
      await attempts.forget(person.email, headers?.get(addressHeader) ?? null)
      const letter = passwordChangedLetter({ to: person.email, name: person.name, publicUrl })
      await engine.transaction((tx) => mail.enqueue(tx, letter))
      mail.deliverSoon()
    },
  }
}

/** A link that sets a new password, for the operator to hand over; null when nobody has that address. */
export async function resetUrl(
  options: { engine: Pick<Engine, 'reader'>; signIn: SignIn; publicUrl: string },
  email: string,
): Promise<string | null> {
  const { engine, signIn, publicUrl } = options
  const person = await engine.reader
    .selectFrom('identities')
    .select('id')
    .where('email', '=', email.trim().toLowerCase())
    .executeTakeFirst()
  if (!person) return null
  const token = randomText(32, base62)
  const { internalAdapter } = await (await signIn()).$context
  await internalAdapter.createVerificationValue({
    identifier: `reset-password:${token}`,
    value: person.id,
    expiresAt: new Date(Date.now() + resetLinkMs),
  })
  return linkOf(publicUrl, token)
}

/** Whose password a link sets; null for one that is unknown or used. */
export async function whoseLink(signIn: SignIn, token: string): Promise<string | null> {
  const { internalAdapter } = await (await signIn()).$context
  return (await internalAdapter.findVerificationValue(`reset-password:${token}`))?.value ?? null
}

function linkOf(publicUrl: string, token: string): string {
  return `${publicUrl}/reset-password?token=${token}`
}

function originFrom(headers: Headers | undefined): Origin {
  return {
    address: headers?.get(addressHeader) ?? null,
    userAgent: headers?.get('user-agent') ?? null,
    requestId: headers?.get(requestIdHeader) ?? null,
  }
}
