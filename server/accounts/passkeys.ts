import { isIP } from 'node:net'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { ApiError } from '../errors/api-error.ts'
import { newId } from '../storage/ids.ts'
import type { Tables } from '../storage/tables.ts'
import type { Context } from './context.ts'
import type { Person } from './person.ts'

/** Loaded when a passkey is made or used: it is large. */
const webauthn = () => import('@simplewebauthn/server')

type PasskeyContext = Pick<Context, 'engine' | 'publicUrl' | 'challenges'>

export const mostPasskeys = 20

/** Browsers know passkeys on https and on http://localhost alone, and bind them to a name. */
export function passkeysWorkAt(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl)
  if (isIP(hostname.replace(/[[\]]/g, ''))) return false
  return protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost')
}

export function passkeysOf({ engine }: PasskeyContext, userId: string): Promise<Tables['passkeys'][]> {
  return engine.reader
    .selectFrom('passkeys')
    .selectAll()
    .where('identity_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** What the browser needs to make a passkey. @throws ApiError passkeys_unavailable, too_many_passkeys */
export async function beginPasskey(context: PasskeyContext, person: Person) {
  requirePasskeys(context)
  const known = await passkeysOf(context, person.id)
  if (known.length >= mostPasskeys) {
    throw new ApiError('too_many_passkeys', `You have ${mostPasskeys} passkeys; remove one first.`)
  }
  return (await webauthn()).generateRegistrationOptions({
    rpName: 'Latchkey',
    rpID: new URL(context.publicUrl).hostname,
    userName: person.email,
    userDisplayName: person.name,
    userID: new Uint8Array(Buffer.from(person.id, 'utf8')),
    challenge: context.challenges.make(`register ${person.id}`),
    excludeCredentials: known.map((passkey) => ({ id: passkey.credential_id })),
    // It stands for password and second factor together, so the device has to know its owner.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

/** Keeps the passkey that the browser made. @throws ApiError passkeys_unavailable, passkey_refused */
export async function addPasskey(
  context: PasskeyContext,
  person: Person,
  { name, response }: { name: string; response: unknown },
): Promise<Tables['passkeys']> {
  requirePasskeys(context)
  const purpose = `register ${person.id}`
  const { verified, registrationInfo } = await (await webauthn())
    .verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      expectedChallenge: (challenge) => context.challenges.spend(purpose, challenge),
      expectedOrigin: context.publicUrl,
      expectedRPID: new URL(context.publicUrl).hostname,
      requireUserVerification: true,
    })
    .catch(refused)
  if (!verified) throw refused()
  const { credential } = registrationInfo
  const passkey = {
    id: newId(),
    identity_id: person.id,
    name,
    credential_id: credential.id,
    public_key: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: JSON.stringify(credential.transports ?? []),
    created_at: Date.now(),
    last_used_at: null,
  }
  await context.engine.transaction(async (tx) => {
    const taken = await tx
      .selectFrom('passkeys')
      .select('id')
      .where('credential_id', '=', credential.id)
      .executeTakeFirst()
    if (taken) throw refused()
    await tx.insertInto('passkeys').values(passkey).execute()
  })
  return passkey
}

/** What the browser needs to sign in with any passkey of this server. @throws ApiError passkeys_unavailable */
export async function beginSignIn(context: PasskeyContext) {
  requirePasskeys(context)
  return (await webauthn()).generateAuthenticationOptions({
    rpID: new URL(context.publicUrl).hostname,
    challenge: context.challenges.make('sign in'),
    userVerification: 'required',
  })
}

/** Who signs in with what the passkey signed. @throws ApiError passkeys_unavailable, passkey_refused */
export async function personByPasskey(context: PasskeyContext, response: unknown): Promise<{ id: string }> {
  const passkey = await passkeyIn(context, response)
  await verify(context, passkey, { response, purpose: 'sign in' })
  return { id: passkey.identity_id }
}

/** What the browser needs to show that it is still this person. @throws ApiError passkeys_unavailable, passkey_refused */
export async function beginConfirmation(context: PasskeyContext, person: Person) {
  requirePasskeys(context)
  const known = await passkeysOf(context, person.id)
  if (known.length === 0) throw refused()
  return (await webauthn()).generateAuthenticationOptions({
    rpID: new URL(context.publicUrl).hostname,
    challenge: context.challenges.make(`confirm ${person.id}`),
    allowCredentials: known.map((passkey) => ({ id: passkey.credential_id })),
    userVerification: 'required',
  })
}

/** Returns when a passkey of this person signed. @throws ApiError passkeys_unavailable, passkey_refused */
export async function confirmByPasskey(
  context: PasskeyContext,
  person: Person,
  response: unknown,
): Promise<void> {
  const passkey = await passkeyIn(context, response)
  if (passkey.identity_id !== person.id) throw refused()
  await verify(context, passkey, { response, purpose: `confirm ${person.id}` })
}

/** The passkey that a response says it is of. */
async function passkeyIn(context: PasskeyContext, response: unknown): Promise<Tables['passkeys']> {
  requirePasskeys(context)
  const given = response as Partial<AuthenticationResponseJSON> | null
  const id = typeof given?.id === 'string' ? given.id : ''
  const passkey = await context.engine.reader
    .selectFrom('passkeys')
    .selectAll()
    .where('credential_id', '=', /^[\w-]{1,1500}$/.test(id) ? id : '')
    .executeTakeFirst()
  return passkey ?? refused()
}

/** Returns when the passkey signed a challenge that was made for that purpose, and notes that it was used. */
async function verify(
  { engine, challenges, publicUrl }: PasskeyContext,
  passkey: Tables['passkeys'],
  { response, purpose }: { response: unknown; purpose: string },
): Promise<void> {
  const { verified, authenticationInfo } = await (await webauthn())
    .verifyAuthenticationResponse({
      response: response as AuthenticationResponseJSON,
      expectedChallenge: (challenge) => challenges.spend(purpose, challenge),
      expectedOrigin: publicUrl,
      expectedRPID: new URL(publicUrl).hostname,
      credential: {
        id: passkey.credential_id,
        publicKey: new Uint8Array(Buffer.from(passkey.public_key, 'base64url')),
        counter: passkey.counter,
      },
      requireUserVerification: true,
    })
    .catch(refused)
  if (!verified) throw refused()
  const used = { counter: authenticationInfo.newCounter, last_used_at: Date.now() }
  await engine.transaction((tx) =>
    tx.updateTable('passkeys').set(used).where('id', '=', passkey.id).execute(),
  )
}

function requirePasskeys({ publicUrl }: PasskeyContext): void {
  if (passkeysWorkAt(publicUrl)) return
  throw new ApiError(
    'passkeys_unavailable',
    'Passkeys need https, or http://localhost, and a name instead of an IP address.',
  )
}

/** What does not fit is said in one way, whatever it was. */
function refused(): never {
  throw new ApiError('passkey_refused', 'This passkey does not work here. Use another way to sign in.')
}
