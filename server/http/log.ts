import type { FastifyRequest, FastifyServerOptions } from 'fastify'
import { holdsKey } from '../api-keys/index.ts'
import type { LogLevel } from '../config.ts'
import { logOutput } from './log-output.ts'

/**
 * Structured log lines. A request is logged by its method and path; the query, the headers and the body never
 * are, for they may hold keys, passwords or personal data.
 */
export function loggerOptions(
  level: LogLevel,
  stream?: NodeJS.WritableStream,
): FastifyServerOptions['logger'] {
  return {
    level,
    base: null,
    stream: stream ?? logOutput(1),
    serializers: {
      req: (request: FastifyRequest) => ({ method: request.method, path: loggablePath(request.originalUrl) }),
      err: (error: Error & { code?: string }) => ({
        type: error.name,
        code: error.code,
        message: holdsKey(error.message) ? 'hidden: it held a key' : error.message,
        stack: holdsKey(error.stack ?? '') ? '' : (error.stack ?? ''),
      }),
    },
  }
}

/** The path without its query, and without a key or the secret of an invitation that stands in it. */
export function loggablePath(url: string): string {
  const path = url.split('?')[0] ?? ''
  if (holdsKey(path)) return '[an address that held a key]'
  return path.replace(/\/invitations\/[^/]+/, '/invitations/[id]')
}
