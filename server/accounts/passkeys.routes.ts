import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import { parseId } from '../storage/ids.ts'
import type { Tables } from '../storage/tables.ts'
import type { Context } from './context.ts'
import { formOf } from './form.ts'
import { requirePerson, requireRecentPerson } from './guards.ts'
import { passkeyLetter } from './letters.ts'
import { openSession } from './open-session.ts'
import { originOf } from './origin.ts'
import {
  addPasskey,
  beginConfirmation,
  beginPasskey,
  beginSignIn,
  confirmByPasskey,
  passkeysOf,
  passkeysWorkAt,
  personByPasskey,
} from './passkeys.ts'
import { auditPerson } from './person-audit.ts'
import { requirePasswordSignIn } from './ways-in.ts'

/** A person's own passkeys, and the sign-in with one. */
export function passkeysRoutes(app: FastifyInstance, context: Context): void {
  const { engine, signIn, mail, publicUrl } = context

  app.get('/passkeys', async (request) => {
    const person = await requirePerson(signIn, request)
    const passkeys = await passkeysOf(context, person.id)
    return { available: passkeysWorkAt(publicUrl), origin: publicUrl, data: passkeys.map(shown) }
  })

  app.post('/passkeys/begin', async (request) => {
    const person = await requireRecentPerson(signIn, request)
    return beginPasskey(context, person)
  })

  app.post('/passkeys', async (request, reply) => {
    const person = await requireRecentPerson(signIn, request)
    const form = formOf(request.body)
    const name = form.text('name', 'The name')
    form.check()
    const passkey = await addPasskey(context, person, { name, response: responseIn(request) })
    await auditPerson(context, person.id, 'user.passkey_added', originOf(request), { name })
    const letter = passkeyLetter({ to: person.email, name: person.name, publicUrl, passkey: name })
    await engine.transaction((tx) => mail.enqueue(tx, letter))
    mail.deliverSoon()
    return reply.code(201).send(shown(passkey))
  })

  app.patch<{ Params: { id: string } }>('/passkeys/:id', async (request) => {
    const person = await requirePerson(signIn, request)
    const form = formOf(request.body)
    const name = form.text('name', 'The name')
    form.check()
    const passkey = await requireOwn(person.id, request.params.id)
    await engine.transaction((tx) =>
      tx.updateTable('passkeys').set({ name }).where('id', '=', passkey.id).execute(),
    )
    await auditPerson(context, person.id, 'user.passkey_renamed', originOf(request), {
      name,
      previous_name: passkey.name,
    })
    return shown({ ...passkey, name })
  })

  app.delete<{ Params: { id: string } }>('/passkeys/:id', async (request, reply) => {
    const person = await requireRecentPerson(signIn, request)
    const { id, name } = await requireOwn(person.id, request.params.id)
    await engine.transaction((tx) => tx.deleteFrom('passkeys').where('id', '=', id).execute())
    await auditPerson(context, person.id, 'user.passkey_removed', originOf(request), { name })
    return reply.code(204).send()
  })

  app.post('/auth/passkey/begin', async () => {
    requirePasswordSignIn(context)
    return beginSignIn(context)
  })

  app.post('/auth/passkey', async (request, reply) => {
    requirePasswordSignIn(context)
    const { id } = await personByPasskey(context, responseIn(request))
    await openSession(context, request, reply, { userId: id, by: 'passkey' })
    const user = await engine.reader
      .selectFrom('identities')
      .select(['id', 'name', 'email'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return { user }
  })

  app.post('/passkeys/confirm/begin', async (request) => {
    requirePasswordSignIn(context)
    return beginConfirmation(context, await requirePerson(signIn, request))
  })

  /** Signs somebody in anew who is signed in, so that their sign-in is recent again. */
  app.post('/passkeys/confirm', async (request, reply) => {
    requirePasswordSignIn(context)
    const person = await requirePerson(signIn, request)
    await confirmByPasskey(context, person, responseIn(request))
    await openSession(context, request, reply, { userId: person.id, by: 'passkey' })
    return {}
  })

  async function requireOwn(userId: string, given: string): Promise<Tables['passkeys']> {
    const id = parseId(given)
    const passkey = (await passkeysOf(context, userId)).find((known) => known.id === id)
    if (!passkey) throw new ApiError('not_found', 'You have no such passkey.')
    return passkey
  }
}

function responseIn({ body }: FastifyRequest): unknown {
  return typeof body === 'object' && body !== null && 'response' in body ? body.response : null
}

function shown({ id, name, created_at: createdAt, last_used_at: lastUsedAt }: Tables['passkeys']) {
  return {
    id,
    name,
    created_at: new Date(createdAt).toISOString(),
    last_used_at: lastUsedAt === null ? null : new Date(lastUsedAt).toISOString(),
  }
}
