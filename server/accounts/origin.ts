import type { FastifyRequest } from 'fastify'
import type { Origin } from '../audit/audit.ts'

/** Where the request came from, for the audit log. */
export function originOf(request: FastifyRequest): Origin {
  return {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? null,
    requestId: request.id,
  }
}

/** For what Latchkey does without a request, such as filling a demo. */
export const noOrigin: Origin = { address: null, userAgent: null, requestId: null }
