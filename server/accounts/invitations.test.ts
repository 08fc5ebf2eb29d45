import assert from 'node:assert/strict'
import { afterEach, it } from 'node:test'
import { forEachEngine } from '../../test/support/engines.ts'
import { type Mailbox, openMailbox } from '../../test/support/mailbox.ts'
import { company, startServer, type TestServer, type Visitor } from './test-server.ts'

const bob = { email: 'bob@example.com', role: 'member' }
const newcomer = { name: 'Bob Builder', password: 'bobs own long password' }

forEachEngine((kind) => {
  let server: TestServer
  let mailbox: Mailbox | null = null
  const start = async (smtpUrl?: string): Promise<Visitor> => {
    server = await startServer({ ...(await kind.open()), ...(smtpUrl && { smtpUrl }) })
    const admin = server.visitor()
    assert.equal((await admin.post('/api/setup', company)).status, 201)
    return admin
  }
  const signIn = async (email: string, password: string) => {
    const visitor = server.visitor()
    assert.equal((await visitor.post('/api/auth/sign-in/email', { email, password })).status, 200)
    return visitor
  }
  const expire = (id: string) =>
    server.engine.writer
      .updateTable('invitations')
      .set({ expires_at: new Date(Date.now() - 1_000).toISOString() })
      .where('id', '=', id)
      .execute()
  afterEach(async () => {
    assert.deepEqual(server.errors, [])
    await server.close()
    await mailbox?.close()
    mailbox = null
  })

  it('invites by mail, and the link works once', async () => {
    mailbox = await openMailbox()
    const admin = await start(mailbox.url)
    const invited = await admin.post('/api/invitations', { ...bob, email: ' BOB@example.com ' })
    assert.equal(invited.status, 201, invited.text)
    const { id, link } = invited.body
    assert.match(id, /^[0-9A-Za-z]{32}$/)
    assert.equal(invited.body.email, 'bob@example.com')
    assert.equal(invited.body.mailed, true)
    assert.equal(invited.body.expired, false)
    assert.deepEqual(invited.body.invited_by, { name: company.name })
    const life = Date.parse(invited.body.expires_at) - Date.parse(invited.body.created_at)
    assert.equal(life, 7 * 86_400_000)
    const message = await mailbox.waitFor(({ to }) => to.includes('bob@example.com'))
    assert.ok(message.text.includes(link))
    assert.match(message.text, /Oak Street Homes/)

    const visitor = server.visitor()
    const preview = await visitor.get(`/api/invitations/${id}/preview`)
    assert.deepEqual(preview.body, {
      account_name: 'Oak Street Homes',
      email: 'bob@example.com',
      role: 'member',
      inviter_name: 'Ada Admin',
      has_login: false,
      status: 'pending',
    })
    assert.equal((await visitor.post(`/api/invitations/${id}/accept`, { name: 'Bob' })).status, 400)
    const accepted = await visitor.post(`/api/invitations/${id}/accept`, newcomer)
    assert.equal(accepted.status, 201, accepted.text)
    assert.equal(accepted.body.signed_in.user.name, 'Bob Builder')
    assert.equal(accepted.body.signed_in.role, 'member')
    assert.equal((await visitor.get('/api/people')).body.data.length, 2)
    assert.equal((await admin.get('/api/invitations')).body.data.length, 0)
    assert.equal((await visitor.get(`/api/invitations/${id}/preview`)).body.status, 'accepted')
    const again = await visitor.post(`/api/invitations/${id}/accept`, {})
    assert.deepEqual([again.status, again.body.code], [409, 'invitation_closed'])
    const audit = await server.engine.reader
      .selectFrom('audit_entries')
      .select('action')
      .orderBy('id')
      .execute()
    assert.deepEqual(
      audit.map(({ action }) => action),
      ['account.created', 'user.invited', 'user.joined'],
    )
    await signIn('bob@example.com', newcomer.password)
  })

  it('shows the link for copying where there is no mail', async () => {
    const admin = await start()
    const { body } = await admin.post('/api/invitations', bob)
    assert.equal(body.mailed, false)
    const { mailed: _, ...listed } = body
    assert.deepEqual((await admin.get('/api/invitations')).body.data, [listed])
    assert.equal(body.link, `http://localhost:3000/invitations/${body.id}`)
  })

  it('makes one person of two who accept at the same time', async () => {
    const admin = await start()
    const { id } = (await admin.post('/api/invitations', bob)).body
    const answers = await Promise.all(
      [1, 2, 3].map(() => server.visitor().post(`/api/invitations/${id}/accept`, newcomer)),
    )
    assert.equal(answers.filter(({ status }) => status === 201).length, 1)
    assert.equal((await admin.get('/api/people')).body.data.length, 2)
  })

  it('refuses to invite a member, and the same address twice', async () => {
    const admin = await start()
    const own = await admin.post('/api/invitations', { email: company.email, role: 'member' })
    assert.deepEqual([own.status, own.body.code], [409, 'already_member'])
    const answers = await Promise.all([1, 2].map(() => admin.post('/api/invitations', bob)))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409])
    assert.equal(answers.find(({ status }) => status === 409)?.body.code, 'already_invited')
    const invalid = await admin.post('/api/invitations', { email: 'x', role: 'owner' })
    assert.deepEqual(
      invalid.body.errors.map(({ param }: { param: string }) => param),
      ['email', 'role'],
    )
  })

  it('kills the old link when an invitation is sent again', async () => {
    const admin = await start()
    const { id: old } = (await admin.post('/api/invitations', bob)).body
    await expire(old)
    const [listed] = (await admin.get('/api/invitations')).body.data
    assert.equal(listed.expired, true)
    assert.equal((await admin.get(`/api/invitations/${old}/preview`)).body.status, 'expired')
    const late = await server.visitor().post(`/api/invitations/${old}/accept`, newcomer)
    assert.equal(late.body.code, 'invitation_closed')

    const again = await admin.post(`/api/invitations/${old}/resend`)
    assert.equal(again.status, 200, again.text)
    assert.notEqual(again.body.id, old)
    assert.equal(again.body.expired, false)
    const visitor = server.visitor()
    assert.equal((await visitor.post(`/api/invitations/${old}/accept`, newcomer)).status, 409)
    assert.equal((await visitor.post(`/api/invitations/${again.body.id}/accept`, newcomer)).status, 201)
    assert.equal((await admin.post(`/api/invitations/${again.body.id}/resend`)).status, 409)
  })

  it('can be invited anew after the old invitation has expired', async () => {
    const admin = await start()
    await expire((await admin.post('/api/invitations', bob)).body.id)
    assert.equal((await admin.post('/api/invitations', bob)).status, 201)
    assert.equal((await admin.get('/api/invitations')).body.data.length, 1)
  })

  it('can be cancelled, by admins of the account alone', async () => {
    const admin = await start()
    const { id } = (await admin.post('/api/invitations', bob)).body
    await server.accounts.openAccount({
      name: 'Elm Estates',
      timeZone: 'UTC',
      admin: { name: 'Eve', email: 'eve@example.com', password: company.password },
    })
    const eve = await signIn('eve@example.com', company.password)
    assert.equal((await eve.delete(`/api/invitations/${id}`)).status, 404)
    assert.equal((await eve.post(`/api/invitations/${id}/resend`)).status, 404)
    assert.equal((await server.visitor().delete(`/api/invitations/${id}`)).status, 401)
    assert.equal((await admin.delete(`/api/invitations/${id}`)).status, 204)
    assert.equal((await admin.delete(`/api/invitations/${id}`)).status, 409)
    assert.equal((await admin.get(`/api/invitations/${id}/preview`)).body.status, 'canceled')
    const late = await server.visitor().post(`/api/invitations/${id}/accept`, newcomer)
    assert.equal(late.body.code, 'invitation_closed')
    for (const odd of ['nothing', '%00', 'x'.repeat(32), `${id}'--`]) {
      assert.equal((await admin.get(`/api/invitations/${odd}/preview`)).status, 404)
      assert.equal((await admin.delete(`/api/invitations/${odd}`)).status, 404)
      assert.equal((await admin.post(`/api/invitations/${odd}/accept`)).status, 404)
    }
  })

  it('brings a removed person back with their password, and nobody else in their place', async () => {
    const admin = await start()
    const first = (await admin.post('/api/invitations', bob)).body.id
    const visitor = server.visitor()
    await visitor.post(`/api/invitations/${first}/accept`, newcomer)
    const personId = (await visitor.get('/api/session')).body.signed_in.user.id
    assert.equal((await admin.delete(`/api/people/${personId}`)).status, 204)

    const { id } = (await admin.post('/api/invitations', { ...bob, role: 'admin' })).body
    const stranger = server.visitor()
    assert.equal((await stranger.get(`/api/invitations/${id}/preview`)).body.has_login, true)
    const refused = await stranger.post(`/api/invitations/${id}/accept`, newcomer)
    assert.deepEqual([refused.status, refused.body.code], [401, 'sign_in_required'])
    const other = await admin.post(`/api/invitations/${id}/accept`)
    assert.deepEqual([other.status, other.body.code], [403, 'other_person'])
    const returning = await signIn(bob.email, newcomer.password)
    assert.equal((await returning.get('/api/people')).status, 401)
    const accepted = await returning.post(`/api/invitations/${id}/accept`)
    assert.equal(accepted.status, 200, accepted.text)
    assert.equal(accepted.body.signed_in.role, 'admin')
    assert.equal(accepted.body.signed_in.user.id, personId)
    const row = await server.engine.reader
      .selectFrom('users')
      .selectAll()
      .where('id', '=', personId)
      .executeTakeFirstOrThrow()
    assert.deepEqual([row.deleted_at, row.role], [null, 'admin'])
  })
})
