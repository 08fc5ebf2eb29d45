import type { FastifyInstance } from 'fastify'
import { namedPlaces } from '../access/named-places.ts'
import { parsePermissions, rightsOf, usualPermissions } from '../access/permissions.ts'
import { ApiError } from '../errors/api-error.ts'
import { accountStore } from '../storage/account-store.ts'
import { parseId } from '../storage/ids.ts'
import type { Context } from './context.ts'
import { requireAdmin, requireRecentAdmin, type SessionSource } from './guards.ts'
import { originOf } from './origin.ts'
import { permissionsOf, setPermissions } from './permissions.ts'
import { peopleOfSandbox, refuseInSandbox } from './sandbox-people.ts'

/** What each member may see and do, for admins to read and set; never their own. */
export function permissionsRoutes(app: FastifyInstance, context: Context, accounts: SessionSource): void {
  const { engine } = context

  app.get<{ Params: { id: string } }>('/people/:id/permissions', async (request) => {
    const by = await requireAdmin(accounts, request)
    const store = accountStore(engine.reader, by.accountId)
    const id = parseId(request.params.id)
    const person = id && (await store.find('users', id))
    if (!person || person.deleted_at !== null)
      throw new ApiError('not_found', 'There is no such person in this account.')
    return {
      ...(await permissionsOf(store, id)),
      usual: usualPermissions,
      rights: rightsOf,
      pipelines: await namedPlaces(store, 'pipelines'),
      process_types: await namedPlaces(store, 'process_types'),
    }
  })

  app.put<{ Params: { id: string } }>('/people/:id/permissions', async (request) => {
    const by = await requireRecentAdmin(accounts, request)
    await refuseInSandbox(engine, by.accountId, peopleOfSandbox)
    const personId = parseId(request.params.id) ?? ''
    const permissions = parsePermissions(request.body)
    const act = { by, personId, origin: originOf(request) }
    return setPermissions(engine, act, { permissions, known: changedAtIn(request.body) })
  })
}

function changedAtIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'changed_at' in body ? body.changed_at : undefined
}
