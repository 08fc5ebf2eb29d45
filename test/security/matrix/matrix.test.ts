import assert from 'node:assert/strict'
import { before, it } from 'node:test'
import { usualPermissions } from '../../../server/access/permissions.ts'
import { operations, resources } from '../../../server/resources/operations.ts'
import type { Operation } from '../../../server/rest/operation.ts'
import type { Fields } from '../../api/client.ts'
import { oneOfEach } from '../../api/records.ts'
import { startApi } from '../../api/server.ts'
import type { Person } from '../../support/admin.ts'
import { forEachEngine } from '../../support/engines.ts'
import { adminOf, type Credentials, given, newKey, permissionSets, scopedKeys } from './callers.ts'
import { elsewhere, outcome, pathOf, statusOf } from './requests.ts'
import { type Line, tableIn } from './table.ts'

const table = tableIn('access-matrix.md', [
  'Operation',
  'A key needs',
  'Anonymous',
  'Member',
  'Not a member without',
  'Also a member with',
  'Admin',
  'Another account’s key',
  'Sandbox key',
])
const all = operations(() => {
  throw new Error('not called')
})
const nameOf = ({ method, path }: Operation) => `\`${method} ${path}\``
const needOf = ({ access, need }: Operation) => need?.join(':') ?? (access === 'public' ? 'no key' : 'any')

forEachEngine((engine) => {
  const server = startApi(engine)
  let admin: Person
  let memberId = ''
  let member: Credentials
  let records: Record<string, Fields>

  before(async () => {
    admin = await adminOf(server)
    memberId = await server.addMember('mia@example.com')
    member = await server.signedIn('mia@example.com')
    records = await oneOfEach(server)
    const { api, adminId } = server.acme
    // Somebody else's work, so that it matters whether a member sees that of others.
    await api.patch(`/processes/${records.processes?.id}`, { user_id: adminId })
    await api.patch(`/tasks/${records.tasks?.id}`, { user_id: adminId })
    for (const { name } of resources.filter(({ operations }) => operations.includes('update')))
      await api.patch(`/${name}/${records[name]?.id}`, { external_ids: [elsewhere] })
  })

  async function outcomes(credentials: Credentials): Promise<Map<Operation, string>> {
    const found = new Map<Operation, string>()
    for (const operation of all) {
      const status = await statusOf(server.url, operation, pathOf(operation, records), credentials)
      found.set(operation, outcome(status))
    }
    return found
  }

  async function memberOutcomes(permissions: unknown): Promise<Map<Operation, string>> {
    const { status } = await admin.request('PUT', `/api/people/${memberId}/permissions`, permissions)
    assert.equal(status, 200)
    return outcomes(member)
  }

  // What the database decides is tried on both; the rest is the same code before any statement.
  const tried = engine.name === 'sqlite' ? Object.keys(permissionSets) : ['open', 'see_others']

  it('lets nobody do more, or less, than the table says', async () => {
    const anonymous = await outcomes({})
    const asAdmin = await outcomes({ cookie: admin.cookie() })
    const others = await outcomes({ authorization: server.other.key })
    const test = await outcomes({ authorization: await sandboxKey(admin) })
    const usually = await memberOutcomes(usualPermissions)
    const byPermission = new Map<string, Map<Operation, string>>()
    for (const name of tried) byPermission.set(name, await memberOutcomes(permissionSets[name]))
    const different = (operation: Operation, names: readonly string[]) =>
      names
        .map((name) => [name, byPermission.get(name)?.get(operation)] as const)
        .filter(([, found]) => found !== usually.get(operation))
    const without = tried.filter((name) => !given.includes(name))
    const lines = all.map((operation): Line => {
      const less = different(operation, without).map(([name, found]) => `${name}: ${found}`)
      const more = different(
        operation,
        given.filter((name) => tried.includes(name)),
      ).map(([name]) => name)
      const own = [anonymous, usually].map((found) => found.get(operation) ?? '')
      const rest = [asAdmin, others, test].map((found) => found.get(operation) ?? '')
      return [nameOf(operation), needOf(operation), ...own, less.join(', '), more.join(', '), ...rest]
    })
    if (process.env.TAKE_MATRIX && engine.name === 'sqlite') table.keep(lines)
    const kept = table.kept()
    assert.deepEqual(
      lines.filter(([name = '']) => !kept.has(name)),
      [],
      'operations that the table does not have',
    )
    assert.equal(kept.size, lines.length, 'rows of the table for which there is no operation')
    for (const line of lines) assert.deepEqual(line, asTried(kept.get(line[0] ?? ''), tried))
  })

  // Neither depends on a row of the account.
  if (engine.name !== 'sqlite') return

  it('lets a key in with the scope that the table names, and with every other one does not', async () => {
    const keys = await scopedKeys(admin)
    for (const operation of all) {
      const { need } = operation
      if (!need) continue
      const scoped = keys.get(need.join(':'))
      assert.ok(scoped, nameOf(operation))
      const path = pathOf(operation, records)
      // Work and messages belong to records of other areas, which such a key does not see.
      const only = outcome(await statusOf(server.url, operation, path, scoped.only))
      assert.notEqual(only, '403', `${nameOf(operation)} with ${need.join(':')} alone`)
      const allBut = outcome(await statusOf(server.url, operation, path, scoped.allBut))
      assert.equal(allBut, '403', `${nameOf(operation)} without ${need.join(':')}`)
    }
  })

  it('refuses a key that was revoked, has expired, is switched off, or comes from another address', async () => {
    const revoked = await newKey(admin, 'revoked')
    await admin.request('POST', `/api/rest-access/keys/${revoked.id}/revoke`, {})
    const disabled = await newKey(admin, 'disabled')
    await admin.request('POST', `/api/rest-access/keys/${disabled.id}/disable`, {})
    const elsewhereOnly = await newKey(admin, 'elsewhere', { allowed_addresses: ['203.0.113.7'] })
    const expired = await newKey(admin, 'expired', {
      expires_at: new Date(Date.now() + 60_000).toISOString(),
    })
    await server.running.engine.transaction((tx) =>
      tx
        .updateTable('api_keys')
        .set({ expires_at: Date.now() - 1 })
        .where('id', '=', expired.id)
        .execute(),
    )
    const closed = all.filter(({ access }) => access !== 'public')
    for (const operation of closed) {
      const path = pathOf(operation, records)
      const found = []
      for (const { credentials } of [disabled, expired, elsewhereOnly])
        found.push(await statusOf(server.url, operation, path, credentials))
      assert.deepEqual(found, [401, 401, 403], nameOf(operation))
    }
    // So many keys that open nothing are held up, which refuses them all the same.
    const refused = await Promise.all(
      closed.map((operation) =>
        statusOf(server.url, operation, pathOf(operation, records), revoked.credentials),
      ),
    )
    assert.deepEqual([...new Set(refused)].sort(), [401, 429])
  })
})

/** A row of the table with those permissions alone that were tried. */
function asTried(line: Line | undefined, tried: readonly string[]): Line | undefined {
  return line?.map((cell, at) =>
    at === withoutColumn || at === withColumn
      ? cell
          .split(', ')
          .filter((entry) => tried.includes(entry.split(':')[0] ?? ''))
          .join(', ')
      : cell,
  )
}

const withoutColumn = table.columns.indexOf('Not a member without')
const withColumn = table.columns.indexOf('Also a member with')

/** The test key of the account’s sandbox, which is empty. */
async function sandboxKey(admin: Person): Promise<string> {
  const made = await admin.request('POST', '/api/sandbox', { fill: 'empty' })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const { status, body } = await admin.request('POST', '/api/sandbox/reveal')
  assert.equal(status, 200, JSON.stringify(body))
  return String(body.secret)
}
