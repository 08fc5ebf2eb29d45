import assert from 'node:assert/strict'
import { after, beforeEach, describe, it } from 'node:test'
import { dataOf, type Fields, problemOf } from '../../test/api/client.ts'
import { oneOfEach } from '../../test/api/records.ts'
import { startApi } from '../../test/api/server.ts'
import { forEachEngine } from '../../test/support/engines.ts'
import { type Mailbox, openMailbox } from '../../test/support/mailbox.ts'
import { openTextProvider, type TextProvider, taken } from '../../test/support/text-provider.ts'
import { signatureOf } from './receipts.ts'

const numbers = { from: '+15550104400', to: '(555) 010-4477' }

it('signatures are those that Twilio documents', () => {
  const fields = new URLSearchParams({
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675310',
    Digits: '1234',
    From: '+14158675310',
    To: '+18005551212',
  })
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2'
  assert.equal(signatureOf('12345', url, fields), 'GvWf1cFY/Q7PnoempGyD5oXAezc=')
})

forEachEngine((engine) => {
  let mailbox: Mailbox
  let provider: TextProvider
  const server = startApi(engine, async () => {
    mailbox = await openMailbox()
    provider = await openTextProvider()
    return { SMTP_URL: mailbox.url, TEXTS_URL: provider.url, MAIL_FROM: 'Acme <office@example.com>' }
  })
  after(async () => {
    await mailbox.close()
    await provider.close()
  })
  beforeEach(() => provider.answer(taken))

  const read = async ({ id }: Fields) => dataOf(await server.acme.api.get(`/text_messages/${id}`))
  /** A text that the provider has taken over. */
  const sentText = async () => {
    const text = await server.acme.api.made('/text_messages', { ...numbers, body: 'See you on Friday.' })
    await server.running.messaging.deliverSoon()
    return text
  }
  const receipt = (address: string, fields: Record<string, string>, signature?: string) =>
    fetch(address, {
      method: 'POST',
      headers: {
        'x-twilio-signature': signature ?? signatureOf(provider.token, address, new URLSearchParams(fields)),
      },
      body: new URLSearchParams(fields),
    })
  const addressOf = ({ id }: Fields) => `${server.url}/receipts/texts/${server.acme.accountId}/${id}`

  describe('a text or mail over HTTP', () => {
    it('is answered with its status, and is sent right after', async () => {
      const { api } = server.acme
      const text = await api.made('/text_messages', `from=%2B15550104400&to=5550104477&body=Hello`)
      assert.deepEqual(
        [text.from, text.to, text.body, text.direction, text.manually_added, text.status, text.sent_at],
        ['+15550104400', '+15550104477', 'Hello', 'outbound', false, 'queued', null],
      )
      const asked = await provider.waitFor(({ fields }) => fields.get('Body') === 'Hello')
      assert.equal(asked.fields.get('StatusCallback'), addressOf(text))
      const email = await api.made('/emails', { to: ['rosa@example.com'], subject: 'Friday', body: 'At 10.' })
      assert.deepEqual([email.from, email.status], ['office@example.com', 'queued'])
      await mailbox.waitFor(({ subject }) => subject === 'Friday')
      await server.running.messaging.deliverSoon()
      const sent = dataOf(await api.get(`/emails/${email.id}`))
      assert.deepEqual([sent.status, sent.status_reason], ['sent', null])
      assert.match(String(sent.sent_at), /Z$/)
    })

    it('is sent once for a repeated request, after an atomic batch, and not at all when that fails', async () => {
      const { api } = server.acme
      const headers = { 'idempotency-key': 'one text' }
      for (let turn = 0; turn < 2; turn++)
        await api.post('/text_messages', { ...numbers, body: 'Only once' }, headers)
      const operation = (body: object) => ({ method: 'POST', path: '/text_messages', body })
      const good = [operation({ ...numbers, body: 'In a batch' })]
      await api.post('/batch', { atomic: true, operations: good })
      await provider.waitFor(({ fields }) => fields.get('Body') === 'In a batch')
      const bad = [operation({ ...numbers, body: 'Undone' }), operation({ from: 'x' })]
      problemOf(await api.post('/batch', { atomic: true, operations: bad }), 400, 'invalid_field')
      await server.running.messaging.deliverSoon()
      const bodies = provider.asked.map(({ fields }) => fields.get('Body'))
      assert.equal(bodies.filter((body) => body === 'Only once').length, 1)
      assert.ok(!bodies.includes('Undone'))
    })

    it('that was refused says why, and shows no secret', async () => {
      provider.answer({ status: 400, body: `{"code":21211,"message":"Invalid ${provider.token}"}` })
      const text = await read(await sentText())
      assert.deepEqual(
        [text.status, text.status_reason],
        ['failed', 'the provider answered 400 21211 Invalid …'],
      )
    })

    it('keeps what it said once it was on its way, and takes what is said about it', async () => {
      const { api } = server.acme
      const text = await sentText()
      const one = `/text_messages/${text.id}`
      for (const fields of [
        { body: 'x' },
        { to: '+15550104478' },
        { direction: 'inbound' },
        { manually_added: true },
      ])
        problemOf(await api.patch(one, fields), 400, 'invalid_field')
      const { contacts } = await oneOfEach(server)
      const changed = dataOf(
        await api.patch(one, { body: text.body, contact_id: contacts?.id, description: 'x' }),
      )
      assert.equal((changed.contact as Fields).id, contacts?.id)
      const ignored = await api.patch(one, { status: 'delivered', sent_at: 1 })
      assert.equal(ignored.headers.get('x-ignored-params'), 'status, sent_at')
    })

    it('counts as an e-mail of its deal when it went out', async () => {
      const { api } = server.acme
      const { pipelines } = await oneOfEach(server)
      const { id } = await api.made('/deals', { pipeline_id: pipelines?.id })
      const count = async () => dataOf(await api.get(`/deals/${id}`)).num_outbound_emails
      const fields = { to: ['rosa@example.com'], subject: 'Deal' }
      await api.made(`/deals/${id}/emails`, { ...fields, manually_added: true, created_at: 1_600_000_000 })
      await api.made(`/deals/${id}/emails`, { ...fields, direction: 'inbound', from: 'rosa@example.com' })
      await api.made(`/deals/${id}/notes`, { kind: 'email', direction: 'outbound', description: 'x' })
      assert.equal(await count(), 2)
      const { id: emailId } = await api.made(`/deals/${id}/emails`, fields)
      await mailbox.waitFor(({ messageId }) => messageId.includes(emailId))
      await server.running.messaging.deliverSoon()
      assert.equal(await count(), 3)
      const sent = dataOf(await api.get(`/emails/${emailId}`))
      assert.equal(dataOf(await api.get(`/deals/${id}`)).last_emailed_at, sent.sent_at)
    })
  })

  describe('a receipt', () => {
    it('says that a text was delivered or not, and is recorded as a change', async () => {
      const delivered = await sentText()
      const answer = await receipt(addressOf(delivered), { MessageSid: 'SM1', MessageStatus: 'delivered' })
      assert.equal(answer.status, 204)
      const one = await read(delivered)
      assert.deepEqual([one.status, one.status_reason], ['delivered', null])
      assert.match(String(one.delivered_at), /Z$/)
      const failed = await sentText()
      await receipt(addressOf(failed), { MessageStatus: 'undelivered', ErrorCode: '30003' })
      const other = await read(failed)
      assert.deepEqual(
        [other.status, other.status_reason],
        ['failed', 'the provider could not deliver it 30003'],
      )
      const changes = await server.changesOf(server.acme)
      const last = changes.findLast(({ record_id }) => record_id === delivered.id)
      assert.deepEqual([last?.actor_kind, last?.changed.status], ['system', ['sent', 'delivered']])
    })

    it('never goes backwards, and nothing else that is told changes anything', async () => {
      const text = await sentText()
      for (const MessageStatus of ['queued', 'sending', 'sent', 'nonsense', ''])
        assert.equal((await receipt(addressOf(text), { MessageStatus })).status, 204)
      assert.equal((await receipt(addressOf(text), {})).status, 204)
      assert.equal((await read(text)).status, 'sent')
      await receipt(addressOf(text), { MessageStatus: 'delivered' })
      const before = await read(text)
      for (const MessageStatus of ['failed', 'sent', 'delivered'])
        assert.equal((await receipt(addressOf(text), { MessageStatus })).status, 204)
      assert.deepEqual(await read(text), before)
    })

    it('of a text that is not known is ignored', async () => {
      const text = await sentText()
      for (const address of [
        addressOf({ id: '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55' }),
        addressOf({ id: 'x' }),
        `${server.url}/receipts/texts/${server.other.accountId}/${text.id}`,
      ])
        assert.equal((await receipt(address, { MessageStatus: 'delivered' })).status, 204)
      assert.equal((await read(text)).status, 'sent')
    })

    it('that is not signed by the provider for this text is refused', async () => {
      const [text, another] = [await sentText(), await sentText()]
      const fields = { MessageStatus: 'delivered' }
      const right = signatureOf(provider.token, addressOf(text), new URLSearchParams(fields))
      for (const [address, signature] of [
        [addressOf(text), ''],
        [addressOf(text), 'nonsense'],
        [addressOf(text), right.replace(/^./, right.startsWith('A') ? 'B' : 'A')],
        [addressOf(another), right],
        [`${addressOf(text)}?x=1`, right],
      ] as const) {
        const answer = await receipt(address, fields, signature)
        assert.equal(answer.status, 403)
        const body = await answer.text()
        assert.ok(!body.includes(provider.token) && !body.includes(right))
      }
      assert.equal((await receipt(addressOf(text), { ...fields, more: '1' }, right)).status, 403)
      assert.deepEqual([(await read(text)).status, (await read(another)).status], ['sent', 'sent'])
    })

    it('of a body that is no form, or too long, is a 4xx', async () => {
      const text = await sentText()
      const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
      assert.equal((await fetch(addressOf(text), json)).status, 415)
      assert.equal((await fetch(addressOf(text), { method: 'POST' })).status, 403)
      assert.equal((await receipt(addressOf(text), { MessageStatus: 'x'.repeat(70_000) })).status, 413)
    })
  })
})
