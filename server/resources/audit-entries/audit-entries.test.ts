import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Fields, ids, listOf, problemOf } from '../../../test/api/client.ts'
import { type ApiServer, type Company, startApi } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'
import { mostADay } from '../../accounts/person-audit.ts'
import { recordAudit } from '../../audit/audit.ts'
import { auditActions } from '../../audit/audit-actions.ts'
import { writeAccount } from '../../storage/write.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  it('tells who did what from where, newest first where asked', async () => {
    const cookie = await server.signedIn(server.acme.email)
    const signOut = await post(server, '/api/auth/sign-out', {}, cookie)
    assert.equal(signOut, 200)
    const [last, before] = await entries('?order_direction=desc')
    assert.ok(last && before)
    assert.deepEqual([last.action, before.action], ['user.signed_out', 'user.signed_in'])
    const { adminId, email } = server.acme
    assert.deepEqual(before.user, { id: adminId, name: 'Ann Ash', email })
    assert.deepEqual(before.subject, { id: adminId, name: 'Ann Ash' })
    assert.deepEqual([before.kind, before.summary, before.details], ['sign_ins', 'Signed in', {}])
    assert.match(String(before.address), /127\.0\.0\.1$/)
    assert.ok(before.request_id)
    const { body } = await server.acme.api.get(`/audit_entries/${before.id}`)
    assert.deepEqual((body as { data: Fields }).data, before)
  })

  it('notes that a new password was asked for, and never what anybody typed', async () => {
    const { email } = server.acme
    await post(server, '/api/auth/sign-in/email', { email, password: 'a guess that is wrong' })
    await post(server, '/api/auth/request-password-reset', { email })
    await post(server, '/api/auth/request-password-reset', { email: 'nobody@example.com' })
    const found = await entries('?kind=sign_ins&order_direction=desc')
    assert.deepEqual(
      found.slice(0, 2).map(({ action }) => action),
      ['user.password_reset_requested', 'user.sign_in_failed'],
    )
    assert.ok(!JSON.stringify(found).includes('a guess'))
  })

  it('is filtered by act, sort, person, subject, time and address, and searched', async () => {
    const { adminId, accountId } = server.acme
    const [created] = await entries('?action=account.created')
    assert.ok(created)
    assert.deepEqual(created.subject, { id: accountId, name: 'Acme Homes' })
    const all = ids(await entries('?per_page=200'))
    for (const query of [`user_id=${adminId}`, 'created_at[gte]=2020-01-01T00:00:00Z'])
      assert.deepEqual(ids(await entries(`?per_page=200&${query}`)), all, query)
    assert.deepEqual(await entries('?created_at[lt]=2020-01-01T00:00:00Z'), [])
    assert.deepEqual(await entries('?user_id=none'), [])
    const alone = [`subject_id=${accountId}`, 'kind=company', 'search=acme', 'action=ACCOUNT.CREATED']
    for (const query of alone) assert.deepEqual(ids(await entries(`?${query}`)), [created.id], query)
    assert.deepEqual(ids(await entries('?per_page=200&search=ann')), all)
    assert.ok((await entries('?address=127.0.0.1,::ffff:127.0.0.1,::1')).length > 0)
    for (const query of ['action=user.flew', 'kind=moods', 'subject_id=7'])
      assert.equal((await server.acme.api.get(`/audit_entries?${query}`)).status, 400, query)
  })

  it('is open to a key and an admin, and to no member or other account by any way', async () => {
    const admin = server.client(await server.signedIn(server.acme.email))
    assert.equal((await admin.get('/audit_entries')).status, 200)
    await server.addMember('mia@example.com')
    const member = server.client(await server.signedIn('mia@example.com'))
    const [entry] = await entries('')
    const paths = ['', `/${entry?.id}`, '?search=acme'].map((rest) => `/audit_entries${rest}`)
    const exports = ['ndjson', 'csv'].map((format) => `/export/audit_entries.${format}`)
    for (const path of [...paths, ...exports]) problemOf(await member.get(path), 403, 'forbidden')
    const operations = paths.map((path) => ({ method: 'GET', path }))
    const batch = await member.post('/batch', { operations })
    const results = (batch.body as { data: Fields[] }).data
    assert.deepEqual(
      results.map(({ status }) => status),
      [403, 403, 403],
    )
    problemOf(await server.other.api.get(`/audit_entries/${entry?.id}`), 404, 'not_found')
    const theirs = listOf(await server.other.api.get('/audit_entries?per_page=200'))
    assert.ok(theirs.every(({ id }) => id !== entry?.id) && theirs.length > 0)
  })

  it('can be written and deleted by nobody', async () => {
    const [entry] = await entries('')
    const { api } = server.acme
    problemOf(await api.post('/audit_entries', { action: 'user.signed_in' }), 405, 'method_not_allowed')
    problemOf(await api.patch(`/audit_entries/${entry?.id}`, { address: '' }), 405, 'method_not_allowed')
    problemOf(await api.delete(`/audit_entries/${entry?.id}`), 405, 'method_not_allowed')
    assert.deepEqual((await entries('?per_page=1'))[0], entry)
  })

  it('comes as a table, with the filter of the list', async () => {
    const response = await fetch(`${server.url}/rest/export/audit_entries.csv?kind=company`, {
      headers: { authorization: `Bearer ${server.acme.key}` },
    })
    const lines = (await response.text()).trim().split('\n')
    assert.match(
      lines[0] ?? '',
      /^id,created_at,action,kind,summary,user\.id,user\.name,user\.email,subject\.id/,
    )
    assert.equal(lines.length, 2)
    assert.match(lines[1] ?? '', /account\.created,company,Created the company/)
  })

  it('notes so many failed sign-ins of a person a day, says so, and forgets none of the others', async () => {
    const busy = await server.openCompany('Busy Homes', 'bea@example.com')
    await notes(busy, mostADay - 2)
    for (let turn = 0; turn < 4; turn++)
      await post(server, '/api/auth/sign-in/email', { email: busy.email, password: 'wrong once more' })
    const failed = listOf(await busy.api.get('/audit_entries?action=user.sign_in_failed&per_page=200'))
    assert.equal(failed.length, mostADay)
    const told = failed.filter(({ details }) => 'note' in (details as Fields))
    assert.deepEqual(ids(told), ids(failed.slice(-1)))
    await server.signedIn(busy.email)
    assert.equal(listOf(await busy.api.get('/audit_entries?action=user.signed_in')).length, 1)
  })

  it('says what every action means in its description', async () => {
    const response = await fetch(`${server.url}/rest/openapi.json`)
    const document = await response.text()
    for (const [name, { summary }] of Object.entries(auditActions))
      assert.ok(document.includes(`\`${name}\`: ${summary}.`), name)
  })

  async function entries(query: string): Promise<Fields[]> {
    return listOf(await server.acme.api.get(`/audit_entries${query}`))
  }

  /** Failed sign-ins of an hour ago, which the throttle would not let through as fast. */
  async function notes({ accountId, adminId }: Company, count: number): Promise<void> {
    const context = { actor: { kind: 'system' as const, id: null }, requestId: null }
    await writeAccount(server.running.engine, accountId, context, async (writer) => {
      for (let turn = 0; turn < count; turn++)
        await recordAudit(
          { ...writer, at: writer.at - 3_600_000 },
          {
            action: 'user.sign_in_failed',
            userId: adminId,
            subject: adminId,
            origin: { address: '192.0.2.7', userAgent: null, requestId: null },
          },
        )
    })
  }
})

async function post(
  { url }: ApiServer,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<number> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  await response.text()
  return response.status
}
