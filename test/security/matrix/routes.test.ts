import assert from 'node:assert/strict'
import { before, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { ensureBuilt } from '../../../bin/build/ensure-built.ts'
import { recentSignInMs } from '../../../server/accounts/guards.ts'
import { operations } from '../../../server/resources/operations.ts'
import { sandboxOf } from '../../../server/storage/sandboxes.ts'
import { startApi } from '../../api/server.ts'
import type { Person } from '../../support/admin.ts'
import { forEachEngine } from '../../support/engines.ts'
import { adminOf, type Credentials, newKey } from './callers.ts'
import { outcome } from './requests.ts'
import { bodyOf, closedEndpoints, nameOf, type Route, routesBeside, sessionsOf, targets } from './routes.ts'
import { type Line, tableIn } from './table.ts'

const callers = [
  'Anonymous',
  'Member',
  'Admin',
  'Admin since yesterday',
  'Another account’s admin',
  'Admin in the sandbox',
  'Admin’s cookie from another site',
  'API key',
] as const
type Name = (typeof callers)[number]
/** Fastify answers HEAD by the route of GET, so two have to try it. */
const alsoHead: readonly Name[] = ['Anonymous', 'Member']
type Session = Awaited<ReturnType<typeof sessionsOf>>[number]

interface Caller {
  credentials: Credentials
  /** The session of the cookie, which is put back before each request. */
  session?: Session
}

const table = tableIn('routes-matrix.md', ['Route', ...callers])
const ofTheApi = operations(() => {
  throw new Error('not called')
}).map(({ method, path }) => ({ method, url: `/rest${path.replace(/\{(\w+)\}/g, ':$1')}` }))

forEachEngine((engine) => {
  // Whether somebody may is decided before any statement that the engines take in their own way.
  if (engine.name !== 'sqlite') return
  // With the settings without which some routes are not there; nothing listens at these addresses.
  const server = startApi(engine, async () => {
    await ensureBuilt()
    const oidc = { OIDC_ISSUER: 'http://127.0.0.1:1', OIDC_CLIENT_ID: 'id', OIDC_CLIENT_SECRET: 'secret' }
    return { ...oidc, TEXTS_URL: 'http://id:token@127.0.0.1:1' }
  })
  let all: Record<Name, Caller>
  let targetOf: (route: Route) => Promise<string>
  before(async () => {
    const admin = await adminOf(server)
    all = await everyCaller(admin)
    targetOf = targets(server, { admin, api: server.client(all['API key'].credentials) })
  })

  it('lets nobody do more, or less, than the table says', async () => {
    const rows = routesBeside(server, ofTheApi).map((route) => ({ name: nameOf(route), routes: [route] }))
    const groups = [
      { name: '`GET` every page of the web app', routes: get('/deals', '/people', '/sign-in') },
      { name: '`GET` every address that is no page', routes: get('/api/x', '/nothing.txt') },
      { name: '`every other endpoint of better-auth`', routes: closedEndpoints(server) },
    ]
    const lines: Line[] = []
    for (const { name, routes } of [...rows, ...groups]) lines.push([name, ...(await outcomesOf(routes))])
    if (process.env.TAKE_MATRIX) table.keep(lines)
    const kept = table.kept()
    const unknown = lines.filter(([name = '']) => !kept.has(name))
    assert.deepEqual(unknown, [], 'routes that the table does not have')
    assert.equal(kept.size, lines.length, 'rows of the table for which there is no route')
    const asKept = ([name = '']: Line) => kept.get(name)
    const different = lines.filter((line) => !isDeepStrictEqual(line, asKept(line)))
    assert.deepEqual(different, different.map(asKept))
  })

  /** What they answer to each caller: one outcome, or those that differ. */
  async function outcomesOf(routes: readonly Route[]): Promise<string[]> {
    assert.ok(routes.length > 0)
    const found = callers.map(() => new Set<string>())
    for (const route of routes) {
      let target: string | null = null
      for (const [at, name] of callers.entries()) {
        await putBack(all.Admin)
        target ??= await targetOf(route)
        const outcome = await tried(route, name, target)
        found[at]?.add(outcome)
        // What it named may be gone.
        if (outcome === 'yes' && route.method !== 'GET') target = null
      }
    }
    return found.map((outcomes) => [...outcomes].join(', '))
  }

  /** How a route answers. */
  async function tried(route: Route, name: Name, target: string): Promise<string> {
    const { method } = route
    const caller = all[name]
    const path = route.url.replace(/:\w+/g, target).replaceAll('*', 'errors/not_found')
    const isRead = method === 'GET'
    const type = path.startsWith('/receipts/') ? 'application/x-www-form-urlencoded' : 'application/json'
    const ask = async (as: string) => {
      await putBack(caller)
      const response = await fetch(server.url + path, {
        method: as,
        headers: {
          // Whoever is let in need not be sent a document of a megabyte.
          ...(isRead ? { 'if-none-match': '*' } : { origin: server.url, 'content-type': type }),
          ...caller.credentials,
        },
        body: isRead ? null : bodyOf(route, server),
        redirect: 'manual',
      })
      await response.arrayBuffer()
      return outcome(response.status)
    }
    const found = await ask(method)
    if (isRead && alsoHead.includes(name)) assert.equal(await ask('HEAD'), found, `HEAD ${path}`)
    return found
  }

  /** Whatever the last request did to the caller's session, this one has it again. */
  async function putBack({ session }: Caller): Promise<void> {
    if (!session) return
    await server.running.engine.transaction((tx) =>
      tx
        .insertInto('sessions')
        .values(session)
        .onConflict((same) => same.column('id').doUpdateSet(session))
        .execute(),
    )
  }

  async function everyCaller(admin: Person): Promise<Record<Name, Caller>> {
    const { acme, other, running } = server
    const memberId = await server.addMember('mia@example.com')
    const member = await server.signedIn('mia@example.com')
    const otherAdmin = await server.signedIn(other.email)
    const { credentials } = await newKey(admin, 'all scopes')
    assert.equal((await admin.request('POST', '/api/sandbox', { fill: 'empty' })).status, 201)
    const sandbox = await sandboxOf(running.engine.reader, acme.accountId)
    const session = await sessionOf(acme.adminId)
    const created_at = new Date(Date.now() - recentSignInMs).toISOString()
    const active_account_id = sandbox?.account_id ?? null
    const cookie = { cookie: admin.cookie() }
    return {
      Anonymous: { credentials: {} },
      Member: { credentials: member, session: await sessionOf(memberId) },
      Admin: { credentials: cookie, session },
      'Admin since yesterday': { credentials: cookie, session: { ...session, created_at } },
      'Another account’s admin': { credentials: otherAdmin, session: await sessionOf(other.adminId) },
      'Admin in the sandbox': { credentials: cookie, session: { ...session, active_account_id } },
      'Admin’s cookie from another site': {
        credentials: { ...cookie, origin: 'https://elsewhere.example' },
        session,
      },
      'API key': { credentials },
    }
  }

  async function sessionOf(identityId: string): Promise<Session> {
    const [session] = await sessionsOf(server, identityId)
    assert.ok(session)
    return session
  }
})

function get(...urls: string[]): Route[] {
  return urls.map((url) => ({ method: 'GET', url }))
}
