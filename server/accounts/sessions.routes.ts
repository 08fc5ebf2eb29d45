import type { FastifyInstance } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import { parseId } from '../storage/ids.ts'
import type { Context } from './context.ts'
import { requireAdmin, requirePerson, type SessionSource } from './guards.ts'
import { originOf } from './origin.ts'
import { auditPerson } from './person-audit.ts'
import { devicesOf, endOtherSessions, endSession, endSessionsOf } from './sessions.ts'

/** Where a person is signed in, and the end of that. */
export function sessionsRoutes(app: FastifyInstance, context: Context, accounts: SessionSource): void {
  const { engine, signIn } = context

  app.get('/sessions', async (request) => {
    const person = await requirePerson(signIn, request)
    return { data: await devicesOf(engine, person) }
  })

  app.delete<{ Params: { id: string } }>('/sessions/:id', async (request, reply) => {
    const person = await requirePerson(signIn, request)
    const id = parseId(request.params.id)
    if (!id || !(await endSession(engine, person, id))) {
      throw new ApiError('not_found', 'This browser is not signed in any more.')
    }
    await auditPerson(context, person.id, 'user.session_ended', originOf(request))
    return reply.code(204).send()
  })

  app.post('/sessions/end-others', async (request) => {
    const person = await requirePerson(signIn, request)
    const ended = await endOtherSessions(engine, person)
    if (ended > 0) await auditPerson(context, person.id, 'user.other_sessions_ended', originOf(request))
    return { ended }
  })

  app.post<{ Params: { id: string } }>('/people/:id/end-sessions', async (request) => {
    const by = await requireAdmin(accounts, request)
    const personId = parseId(request.params.id) ?? ''
    return { ended: await endSessionsOf(engine, { by, personId, origin: originOf(request) }) }
  })
}
