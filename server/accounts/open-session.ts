import type { FastifyReply, FastifyRequest } from 'fastify'
import { setCookies } from './asking-better-auth.ts'
import type { Context } from './context.ts'
import { originOf } from './origin.ts'
import { personOf } from './person.ts'
import { auditPerson } from './person-audit.ts'
import { addressHeader } from './sign-in.terms.ts'

/** Signs somebody in whom a passkey or the company's provider has proven. @param by what proved it */
export async function openSession(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  { userId, by }: { userId: string; by: string },
): Promise<void> {
  const { engine, signIn } = context
  const before = await personOf(signIn, request.headers)
  const origin = originOf(request)
  const headers = new Headers({ [addressHeader]: request.ip, 'user-agent': origin.userAgent ?? '' })
  const answer = await (await signIn()).api.openSession({ body: { userId }, headers, returnHeaders: true })
  // The cookie is replaced, so nobody could ever end the session that it held.
  if (before) await engine.writer.deleteFrom('sessions').where('id', '=', before.sessionId).execute()
  setCookies(reply, answer.headers.getSetCookie())
  await auditPerson(context, userId, 'user.signed_in', origin, { by })
}
