import type { OutgoingMail } from '../mail/outbox.ts'
import { resetLinkMs } from './sign-in.terms.ts'

/** The mail that brings somebody into an account. */
export function invitationLetter(letter: {
  to: string
  /** The account. */
  about: string
  inviterName: string
  accountName: string
  link: string
  publicUrl: string
  expiresAt: number
}): OutgoingMail {
  const { to, about, inviterName, accountName, link, publicUrl, expiresAt } = letter
  const subject = `${inviterName} invites you to ${accountName} on Latchkey`
  const text = `Hello,

${inviterName} invites you to work with ${accountName} on Latchkey, at ${publicUrl}.

Open this link to accept. It works once and for 7 days:

${link}

If you did not expect this, you can ignore it; nothing happens until you accept.
`
  return { to, about, subject, text, expiresAt }
}

/** The mail that lets somebody choose a new password. */
export function resetLetter(letter: {
  to: string
  name: string
  link: string
  publicUrl: string
}): OutgoingMail {
  const { to, name, link, publicUrl } = letter
  const text = `Hello ${name},

somebody, hopefully you, asked for a new password for Latchkey at ${publicUrl}.

Open this link to choose one. It works once and for one hour:

${link}

If it was not you, you can ignore this mail. Your password stays as it is.
`
  const expiresAt = Date.now() + resetLinkMs
  return { to, about: null, subject: 'Choose a new password for Latchkey', text, expiresAt }
}

/** The mail that tells a person that their password is another one now. */
export function passwordChangedLetter(letter: { to: string; name: string; publicUrl: string }): OutgoingMail {
  const { to, name, publicUrl } = letter
  const text = `Hello ${name},

your password for Latchkey at ${publicUrl} was changed just now, and you were signed out everywhere else.

If it was not you, choose a new one at once: ${publicUrl}/forgot-password
Then tell an admin of your company.
`
  return { to, about: null, subject: 'Your password for Latchkey was changed', text }
}

/** The mail that tells a person that their second factor is on, or off. */
export function twoFactorLetter(letter: {
  to: string
  name: string
  publicUrl: string
  state: 'on' | 'off'
  /** The admin who turned it off for them; null when it was them. */
  by: string | null
}): OutgoingMail {
  const { to, name, publicUrl, state, by } = letter
  const what =
    state === 'on'
      ? 'two-factor sign-in is on for you'
      : by === null
        ? 'two-factor sign-in was turned off for you'
        : `${by} turned two-factor sign-in off for you`
  const consequence =
    state === 'on'
      ? 'From now on a code of your app is asked for after your password.'
      : 'Your password alone signs you in now. You can turn it on again in your profile.'
  const text = `Hello ${name},

${what} just now, at Latchkey at ${publicUrl}.
${consequence}

If you did not expect this, choose a new password at once: ${publicUrl}/forgot-password
Then tell an admin of your company.
`
  return { to, about: null, subject: `Two-factor sign-in for Latchkey is ${state}`, text }
}

/** The mail that tells a person of a new passkey, which signs in without their password. */
export function passkeyLetter(letter: {
  to: string
  name: string
  publicUrl: string
  /** What the person called it. */
  passkey: string
}): OutgoingMail {
  const { to, name, publicUrl, passkey } = letter
  const text = `Hello ${name},

the passkey "${passkey}" was added just now to your sign-in for Latchkey at ${publicUrl}.
It signs you in without your password.

If it was not you, remove it in your profile at ${publicUrl}/settings/profile, choose a new password,
and tell an admin of your company.
`
  return { to, about: null, subject: 'A passkey was added to your sign-in for Latchkey', text }
}
