import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { matchesNone } from '../rest/etag.ts'

/** A text that stays the same while the server runs, with its validator. */
export interface Kept {
  text: string
  etag: string
}

/** Made when it is first asked for, so that starting the server does not wait for it. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | null = null
  return () => {
    made ??= make()
    return made
  }
}

export function kept(text: string): Kept {
  return { text, etag: `"${hashOf(text)}"` }
}

/** Sends it, or 304 to whom has it already. */
export function sendKept(request: FastifyRequest, reply: FastifyReply, { text, etag }: Kept, type: string) {
  reply.headers({ etag, 'cache-control': 'public, no-cache' })
  if (matchesNone(request.headers['if-none-match'], etag)) return reply.status(304).send()
  return reply.type(`${type}; charset=utf-8`).send(text)
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 27)
}
