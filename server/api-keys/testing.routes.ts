import assert from 'node:assert/strict'
import Fastify, { type InjectOptions } from 'fastify'
import type { Session } from '../accounts/session.ts'
import { ApiError, problemBody } from '../errors/api-error.ts'
import type { OutgoingMail } from '../mail/outbox.ts'
import type { Engine } from '../storage/engine.ts'
import type { presentKey } from './key.presenter.ts'
import { restAccessRoutes } from './key.routes.ts'
import { newAccount, secrets } from './testing.ts'

export type KeyView = ReturnType<typeof presentKey>

interface Answer {
  status: number
  body: Record<string, unknown>
  headers: Record<string, unknown>
}

/**
 * A server with the routes of the keys, on which everyone is `visitor`, whom the test may change, with all that
 * it logs and mails.
 */
export async function serveKeys(engine: Engine) {
  const admin = await newAccount(engine)
  const mails: OutgoingMail[] = []
  const logged: string[] = []
  const server = { engine, admin, visitor: admin as Session | null, mails, logged, delivered: 0 }
  const app = Fastify({
    logger: { level: 'trace', stream: { write: (line: string) => void logged.push(line) } },
  })
  app.setErrorHandler((error, request, reply) => {
    request.log.error({ err: error }, 'The request failed.')
    if (!(error instanceof ApiError)) throw error
    reply.code(error.status).send(problemBody(error, request.id))
  })
  app.register(
    restAccessRoutes({
      engine,
      secrets,
      config: { publicUrl: 'https://latchkey.example', support: 'help@example.com' },
      mail: {
        enqueue: async (_, mail) => {
          mails.push(mail)
        },
        deliverSoon: async () => {
          server.delivered += 1
        },
      },
      accounts: { sessionOf: async () => server.visitor },
    }),
  )

  async function call(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    { body = {}, headers = {} }: { body?: object; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const options: InjectOptions = {
      method,
      url: path,
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
    }
    const response = await app.inject(method === 'GET' ? options : { ...options, payload: body })
    return { status: response.statusCode, body: response.json(), headers: response.headers }
  }

  async function create(fields: object): Promise<{ key: KeyView; secret: string }> {
    const { status, body } = await call('POST', '/api/rest-access/keys', { body: fields })
    assert.equal(status, 201, JSON.stringify(body))
    return { key: body.key as KeyView, secret: String(body.secret) }
  }

  return Object.assign(server, { call, create })
}
