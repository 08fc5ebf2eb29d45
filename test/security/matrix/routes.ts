import assert from 'node:assert/strict'
import { usualPermissions } from '../../../server/access/permissions.ts'
import { createPasswords } from '../../../server/accounts/passwords.ts'
import { createSignIn } from '../../../server/accounts/sign-in.ts'
import { newId } from '../../../server/storage/ids.ts'
import type { Client, Fields } from '../../api/client.ts'
import { type ApiServer, password } from '../../api/server.ts'
import type { Person } from '../../support/admin.ts'
import { newKey } from './callers.ts'

/** A route of the server, as the table names it. */
export interface Route {
  method: string
  /** As Fastify has it: `/api/people/:id`. */
  url: string
}

/** All that Fastify answers, but the operations of the API, which have a table of their own. */
export function routesBeside(server: ApiServer, operations: readonly Route[]): Route[] {
  const known = new Set(operations.map(nameOf))
  const found = server.running.routes
    // What GET answers, HEAD answers.
    .filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS')
    .filter((route) => !known.has(nameOf(route)))
  return [...new Map(found.map((route) => [nameOf(route), route])).values()]
}

/** As the table names it, with stars for what changes with each build. */
export function nameOf({ method, url }: Route): string {
  return `\`${method} ${built(url)}\``
}

function built(url: string): string {
  if (url.startsWith('/assets/')) return '/assets/*'
  return url.replace(/\.[\w-]{8}\.(css|js)$/, '.*.$1').replace(/-\d+\.\d+\.\d+\.js$/, '-*.js')
}

/** Endpoints that better-auth has, and the server none of its own at. */
export function closedEndpoints(server: ApiServer): Route[] {
  const { engine, secrets, routes, url } = server.running
  const log = { info() {}, warn() {}, error() {} }
  const reset = { requested: async () => {}, done: async () => {} }
  const signIn = createSignIn({
    engine,
    publicUrl: url,
    secrets,
    passwords: createPasswords(),
    log,
    reset,
  })
  const open = new Set(routes.map(nameOf))
  return Object.values<unknown>(signIn.api)
    .flatMap((endpoint) => {
      const { path, options } = endpoint as { path?: string; options?: { method?: string | string[] } }
      if (path === undefined) return []
      return [options?.method ?? []].flat().map((method) => ({ method, url: `/api/auth${path}` }))
    })
    .filter((route) => !open.has(nameOf(route)))
}

/** What a write says, where an empty body would not get as far as the question who may do it. */
export function bodyOf(route: Route, { acme }: ApiServer): string {
  const bodies: Record<string, object> = {
    // The new one is refused before the old one is looked at, which takes long.
    '`POST /api/auth/change-password`': { currentPassword: password, newPassword: 'short' },
    '`POST /api/session/account`': { account_id: acme.accountId },
    '`PATCH /api/people/:id`': { role: 'member' },
    '`PUT /api/people/:id/permissions`': usualPermissions,
    '`PATCH /api/passkeys/:id`': { name: 'Phone' },
  }
  return JSON.stringify(bodies[nameOf(route)] ?? {})
}

/** Makes what a route's `:id` stands for: something of the account's, and of its admin's, that may be lost. */
export function targets(
  server: ApiServer,
  { admin, api }: { admin: Person; api: Client },
): (route: Route) => Promise<string> {
  const { acme, running } = server
  const made: Record<string, () => Promise<string>> = {
    '/api/people/:id': async () => {
      // A password takes long to hash, so they stay until somebody removes them.
      const isThere = member && (await membersOf(server)).includes(member)
      if (!isThere) member = await server.addMember(`${newId()}@example.com`)
      return member
    },
    '/api/sessions/:id': async () => {
      const id = newId()
      const [session] = await sessionsOf(server, acme.adminId)
      assert.ok(session)
      await running.engine.transaction((tx) =>
        tx
          .insertInto('sessions')
          .values({ ...session, id, token: id })
          .execute(),
      )
      return id
    },
    '/api/passkeys/:id': async () => {
      const id = newId()
      const passkey = { id, identity_id: acme.adminId, name: 'Laptop', credential_id: id, public_key: id }
      const use = { counter: 0, transports: '[]', created_at: Date.now(), last_used_at: null }
      await running.engine.transaction((tx) =>
        tx
          .insertInto('passkeys')
          .values({ ...passkey, ...use })
          .execute(),
      )
      return id
    },
    '/api/invitations/:id': async () => {
      const invitation = { email: `${newId()}@example.com`, role: 'member' }
      const { status, body } = await admin.request('POST', '/api/invitations', invitation)
      assert.equal(status, 201)
      return String(body.id)
    },
    '/api/rest-access/keys/:id': async () => (await newKey(admin, newId())).id,
    '/api/webhooks/:id': async () => {
      const target = { event_name: 'deal.created', target_url: 'https://hooks.invalid/', status: 'paused' }
      return idOf(await api.made('/webhook_subscriptions', target))
    },
    '/files/:id': async () => {
      const contact = await api.made('/contacts', { full_name: 'Rosa Field' })
      const file = new File(['Rent roll'], 'rent.txt', { type: 'text/plain' })
      return idOf(await api.made(`/contacts/${contact.id}/uploaded_files`, { file }))
    },
    '/receipts/texts/:account/:id': async () => newId(),
  }
  let member = ''
  return async ({ url }) => {
    if (!url.includes(':') || url.startsWith('/api/auth/')) return 'x'
    const make = Object.entries(made).find(([path]) => url.startsWith(path))?.[1]
    assert.ok(make, `what ${url} stands for is not known`)
    return make()
  }
}

async function membersOf({ running, acme }: ApiServer): Promise<string[]> {
  const members = running.engine.reader.selectFrom('members').where('account_id', '=', acme.accountId)
  return (await members.select('identity_id').execute()).map((row) => row.identity_id)
}

export function sessionsOf({ running }: ApiServer, identityId: string) {
  return running.engine.reader
    .selectFrom('sessions')
    .selectAll()
    .where('identity_id', '=', identityId)
    .orderBy('created_at')
    .execute()
}

function idOf({ id }: Fields): string {
  return String(id)
}
