import assert from 'node:assert/strict'
import { createServer, type Server, type Socket } from 'node:net'
import { after, before, it } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { dataOf, type Fields, listOf, problemOf } from '../../test/api/client.ts'
import { password, startApi } from '../../test/api/server.ts'
import { forEachEngine } from '../../test/support/engines.ts'
import { writeAccount } from '../storage/write.ts'
import { disable } from '../webhooks/disabling.ts'
import { capturedKeptFor, dropOldMessages } from './old-messages.ts'
import { openSandbox, type Sandbox } from './testing.ts'

forEachEngine((engine) => {
  const outside = openOutside()
  const server = startApi(engine, async () => {
    const port = await outside.port()
    return {
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      TEXTS_URL: `http://AC1:token@127.0.0.1:${port}`,
      WEBHOOKS_ALLOW_PRIVATE: 'true',
    }
  })
  let sandbox: Sandbox
  let url = ''

  async function settle(): Promise<void> {
    const { publisher, messaging, webhooks, mail } = server.running
    await publisher.publishAll()
    await Promise.all([messaging.deliverSoon(), mail.deliverSoon()])
    webhooks.subscribing.queued()
    await webhooks.idle()
  }

  const captured = async (query: string) => listOf(await sandbox.api.get(`/captured_messages?${query}`))

  before(async () => {
    sandbox = await openSandbox(server, 'empty')
    url = `http://127.0.0.1:${await outside.port()}/hook`
  })

  it('captures mails and texts, which count as sent', async () => {
    const email = await sandbox.api.made('/emails', {
      to: ['rosa@example.com'],
      cc: ['Al@example.com'],
      subject: 'Friday',
      body: 'At 10.',
    })
    const text = await sandbox.api.made('/text_messages', {
      from: '+15550104400',
      to: '+15550104477',
      body: 'See you.',
    })
    await settle()
    assert.equal(dataOf(await sandbox.api.get(`/emails/${email.id}`)).status, 'sent')
    const sent = dataOf(await sandbox.api.get(`/text_messages/${text.id}`))
    assert.deepEqual(
      [sent.status, sent.sent_at !== null, sent.delivered_at !== null],
      ['delivered', true, true],
    )
    const told = listOf(await sandbox.api.get(`/events?record_id=${text.id}`)).map(({ type }) => type)
    assert.ok(told.includes('text_message.sent') && told.includes('text_message.delivered'), String(told))

    const [mail, ...others] = await captured('kind=email&to=al@EXAMPLE.com')
    assert.deepEqual([mail?.to, others.length], [['rosa@example.com', 'Al@example.com'], 0])
    assert.deepEqual([mail?.subject, mail?.body], ['Friday', 'At 10.'])
    assert.deepEqual(mail?.record, { type: 'emails', id: email.id })
    assert.equal((mail?.headers as Fields | undefined)?.cc, 'Al@example.com')
    const [sms] = await captured(`record_id=${text.id}`)
    assert.deepEqual([sms?.kind, sms?.from, sms?.to], ['text', '+15550104400', ['+15550104477']])
    assert.equal((await captured('search=friday')).length, 1)
    assert.deepEqual(await captured('to=example.com'), [])
  })

  it('captures webhooks with their signatures, tests as well, and counts them as delivered', async () => {
    const subscription = await sandbox.api.made('/webhook_subscriptions', {
      event_name: 'contact.created',
      target_url: url,
    })
    const contact = await sandbox.api.made('/contacts', { full_name: 'Rosa Field' })
    await settle()
    const path = `/webhook_subscriptions/${subscription.id}`
    const tried = dataOf(await sandbox.api.post(`${path}/test`))
    assert.deepEqual([tried.status, tried.response_status], ['delivered', 200])
    const deliveries = listOf(await sandbox.api.get(`${path}/deliveries`))
    assert.deepEqual(
      deliveries.map(({ status }) => status),
      ['delivered', 'delivered'],
    )
    const [hook, test, ...others] = await captured('kind=webhook')
    assert.deepEqual([hook?.subject, test?.subject, others.length], ['contact.created', 'webhook.test', 0])
    assert.deepEqual([hook?.to, hook?.from], [[url], null])
    const secret = new Webhook(String(subscription.secret))
    const payload = secret.verify(String(hook?.body), hook?.headers as Record<string, string>) as Fields
    assert.equal((payload.data as Fields).record_id, contact.id)
    const exported = await fetch(`${server.url}/rest/export/captured_messages.ndjson`, {
      headers: { authorization: `Bearer ${sandbox.key}` },
    })
    assert.equal((await exported.text()).trim().split('\n').length, 4)
    problemOf(await sandbox.api.delete(`/captured_messages/${hook?.id}`), 405, 'method_not_allowed')
  })

  it('captures what Latchkey itself writes about it', async () => {
    const { admin, accountId } = sandbox
    const [subscription] = listOf(await sandbox.api.get('/webhook_subscriptions'))
    const { engine, mail } = server.running
    const system = { actor: { kind: 'system', id: null }, requestId: null } as const
    const subscriptionId = String(subscription?.id)
    const given = { subscriptionId, reason: 'A test.', mail, publicUrl: server.url }
    await writeAccount(engine, accountId, system, (writer, tx) => disable(writer, tx, given))
    await admin.request('POST', '/api/session/account', { account_id: accountId })
    await admin.request('POST', '/api/rest-access/keys', { name: 'Another', scopes: ['*:read'] })
    await settle()
    const own = (await captured('kind=email&order_by=created_at')).filter(({ record }) => record === null)
    assert.ok(own.length >= 2, JSON.stringify(own))
    for (const { to } of own) assert.deepEqual(to, [server.acme.email])
    const waiting = await engine.reader.selectFrom('outgoing_mails').select('subject').execute()
    assert.deepEqual(waiting, [])
  })

  it('shows nobody what was captured of a message or a webhook that they do not see', async () => {
    await server.addMember('mia@example.com')
    const member = server.client(await signedInTo(sandbox.accountId))
    const seen = listOf(await member.get('/captured_messages?per_page=200'))
    const kinds = new Set(seen.map(({ record }) => (record as Fields | null)?.type))
    assert.deepEqual([...kinds].sort(), ['emails', 'text_messages'])
    const { body } = await sandbox.admin.request('POST', '/api/rest-access/keys', {
      name: 'Without webhooks',
      scopes: ['messages:read', 'contacts:read'],
    })
    const narrow = server.client({ authorization: `Bearer ${body.secret}` })
    assert.deepEqual(listOf(await narrow.get('/captured_messages?kind=webhook')), [])
  })

  it('is forgotten after 42 days, with the words by which it was found', async () => {
    const { engine } = server.running
    await dropOldMessages(engine, Date.now() + capturedKeptFor - 60_000)
    assert.ok((await captured('search=friday')).length > 0)
    await dropOldMessages(engine, Date.now() + capturedKeptFor + 1_000)
    assert.deepEqual(await captured(''), [])
    assert.deepEqual(await captured('search=friday'), [])
    await sandbox.api.made('/contacts', { full_name: 'Friday' })
    assert.equal(listOf(await sandbox.api.get('/contacts?search=friday')).length, 1)
  })

  it('has let no connection out, and captures nothing of a live account, which does connect', async () => {
    assert.equal(outside.connections(), 0)
    await server.acme.api.made('/emails', { to: ['rosa@example.com'], subject: 'Live' })
    await settle()
    assert.ok(outside.connections() > 0)
    assert.deepEqual(listOf(await server.acme.api.get('/captured_messages')), [])
  })

  async function signedInTo(accountId: string): Promise<Record<string, string>> {
    const response = await fetch(`${server.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'mia@example.com', password }),
    })
    const cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const headers = { cookie, origin: server.url, 'content-type': 'application/json' }
    const body = JSON.stringify({ account_id: accountId })
    const answer = await fetch(`${server.url}/api/session/account`, { method: 'POST', headers, body })
    assert.equal(answer.status, 200)
    return { cookie, origin: server.url }
  }
})

/** Where a mail server, a text provider and a receiver would be: counts who connects, and hangs up. */
function openOutside() {
  let connections = 0
  const server: Server = createServer((socket: Socket) => {
    connections++
    socket.destroy()
  })
  const listening = Promise.withResolvers<number>()
  before(() => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      listening.resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
  after(() => void server.close())
  return { port: () => listening.promise, connections: () => connections }
}
