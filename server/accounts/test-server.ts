import assert from 'node:assert/strict'
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify'
import { cheapPasswords } from '../../test/support/passwords.ts'
import type { Oidc } from '../config.ts'
import { ApiError, problemBody, problemType } from '../errors/api-error.ts'
import { createMail, type Mail } from '../mail/mail.ts'
import { work } from '../resources/users/hand-over.ts'
import { secretsFrom } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import { openEngine } from '../storage/open.ts'
import { type Accounts, createAccounts } from './accounts.ts'

/** For the tests of this folder: the accounts behind a real Fastify, over a real database. */
export interface TestServer {
  app: FastifyInstance
  accounts: Accounts
  engine: Engine
  mail: Mail
  /** What was logged as an error. */
  errors: unknown[]
  /** A browser of its own: it keeps its cookies. */
  visitor(): Visitor
  /** @throws when an answer held a password, a hash of one, or the token of a session */
  close(): Promise<void>
}

export interface Visitor {
  get(url: string, headers?: Record<string, string>): Promise<Answer>
  post(url: string, body?: object, headers?: Record<string, string>): Promise<Answer>
  patch(url: string, body?: object): Promise<Answer>
  delete(url: string): Promise<Answer>
  cookies: Map<string, string>
  cookie(): string
}

export interface Answer {
  status: number
  headers: Record<string, string | string[] | number | undefined>
  /** Parsed JSON, of which a test states what it expects. */
  body: Json
  text: string
}

// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what the tests are about.
export type Json = any

export async function startServer(options: {
  url: string | null
  directory: string
  smtpUrl?: string
  publicUrl?: string
  oidc?: Oidc
  now?: () => number
}): Promise<TestServer> {
  const errors: unknown[] = []
  const log = { info() {}, warn() {}, error: (...words: unknown[]) => void errors.push(words) }
  const engine = await openEngine({ dataDirectory: options.directory, databaseUrl: options.url })
  const secrets = secretsFrom(testSecret)
  const config = {
    publicUrl: options.publicUrl ?? null,
    port: 3000,
    support: 'support@example.com',
    oidc: options.oidc ?? null,
    smtpUrl: options.smtpUrl ?? null,
    mailFrom: 'Latchkey <latchkey@example.com>',
  }
  const mail = createMail({ engine, config, secrets, log, ...(options.now && { now: options.now }) })
  const accounts = createAccounts({ engine, config, secrets, mail, log, work, passwordCost: cheapPasswords })
  const app = Fastify()
  app.setErrorHandler((error, request, reply) => {
    if (!(error instanceof ApiError)) {
      errors.push(error)
      return reply.code(500).send({ error: String(error) })
    }
    return reply
      .code(error.status)
      .headers({ ...error.headers, 'content-type': problemType })
      .send(JSON.stringify(problemBody(error, request.id)))
  })
  const sent: string[] = []
  app.addHook('onSend', async (_request, _reply, payload) => {
    if (typeof payload === 'string') sent.push(payload)
    return payload
  })
  await app.register(accounts.routes, { prefix: '/api' })
  await app.ready()
  return {
    app,
    accounts,
    engine,
    mail,
    errors,
    visitor: () => visitorOf(app),
    async close() {
      await refuseLeaks(engine, sent)
      await app.close()
      await mail.stop()
      await engine.close()
    },
  }
}

export const testSecret = 'a secret of the tests that is long enough'

export const company = {
  company_name: 'Oak Street Homes',
  time_zone: 'America/New_York',
  name: 'Ada Admin',
  email: 'ada@example.com',
  password: 'correct horse battery',
}

async function refuseLeaks(engine: Engine, sent: string[]): Promise<void> {
  const credentials = await engine.reader.selectFrom('credentials').select('password').execute()
  const sessions = await engine.reader.selectFrom('sessions').select('token').execute()
  const secrets = [
    company.password,
    ...credentials.map((row) => row.password),
    ...sessions.map((row) => row.token),
  ]
  for (const text of sent) {
    for (const secret of secrets) assert.ok(!secret || !text.includes(secret), `a secret in ${text}`)
  }
}

function visitorOf(app: FastifyInstance): Visitor {
  const cookies = new Map<string, string>()
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const send = async (
    method: InjectOptions['method'],
    url: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await app.inject({
      method,
      url,
      headers: {
        ...(cookies.size > 0 && { cookie: cookie() }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { payload: JSON.stringify(body) }),
    })
    for (const { name, value, maxAge } of response.cookies) {
      if (maxAge === 0) cookies.delete(name)
      else cookies.set(name, encodeURIComponent(value))
    }
    const isJson = /json/.test(String(response.headers['content-type']))
    return {
      status: response.statusCode,
      headers: response.headers,
      body: isJson ? response.json() : null,
      text: response.body,
    }
  }
  return {
    cookies,
    cookie,
    get: (url, headers) => send('GET', url, undefined, headers),
    post: (url, body = {}, headers) => send('POST', url, body, headers),
    patch: (url, body = {}) => send('PATCH', url, body),
    delete: (url) => send('DELETE', url, {}),
  }
}
