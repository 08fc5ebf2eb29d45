import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, type Fields, ids, listOf, metaOf, problemOf } from '../../../test/api/client.ts'
import { oneOfEach } from '../../../test/api/records.ts'
import { startApi } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'

const office = '+15550104400'
let number = 4500
/** A number that no other test uses. */
const newNumber = () => `+1555010${++number}`

forEachEngine((engine) => {
  const server = startApi(engine, async () => ({ MAIL_FROM: 'Acme <office@example.com>' }))
  const conversationOf = async (message: Fields) =>
    dataOf(await server.acme.api.get(`/conversations/${(message.conversation as Fields).id}`))
  const user = (conversation: Fields) => (conversation.assignee as Fields | null)?.id ?? null

  describe('text messages', () => {
    it('need from and to, name both when they are missing, and keep numbers as E.164', async () => {
      const { api } = server.acme
      assert.equal(
        problemOf(await api.post('/text_messages', {}), 400, 'missing_field').error,
        'from is missing, to is missing',
      )
      for (const to of ['abc', '1', '+1555', {}, [], '5'.repeat(60)])
        problemOf(await api.post('/text_messages', { from: office, to }), 400, 'invalid_field')
      const text = await api.made('/text_messages', {
        from: '555.010.4400',
        to: '1 (555) 010-4477',
        body: 'Hi',
      })
      assert.deepEqual(
        [text.from, text.to, text.status, text.status_reason],
        [office, '+15550104477', 'not_sent', 'no transport configured'],
      )
      for (const to of ['%2B15550104477', '+15550104477', '(555)%20010-4477'])
        assert.ok(ids(await api.all(`/text_messages?to=${to}`)).includes(text.id))
    })

    it('find the contact with the number, when there is one', async () => {
      const { api } = server.acme
      const to = newNumber()
      const contact = await api.made('/contacts', {
        full_name: 'Al Moss',
        phone: `(555) 010-${to.slice(-4)}`,
      })
      const text = await api.made('/text_messages', { from: office, to, body: 'Hi' })
      assert.equal((text.contact as Fields).id, contact.id)
      assert.deepEqual(ids((await conversationOf(text)).contacts as Fields[]), [contact.id])
      await api.made('/contacts', { full_name: 'Mo Moss', phone: to })
      assert.equal((await api.made('/text_messages', { from: office, to })).contact, null)
    })
  })

  describe('e-mails', () => {
    it('that are to be sent come from the server or a user of the account, and from nobody else', async () => {
      const { api } = server.acme
      const to = ['rosa@example.com']
      assert.equal((await api.made('/emails', { to })).from, 'office@example.com')
      assert.equal((await api.made('/emails', { to, from: 'ANN@example.com' })).from, 'ANN@example.com')
      for (const from of ['otto@example.com', 'eve@example.org', 'office@example.com.example.org'])
        problemOf(await api.post('/emails', { to, from }), 400, 'sender_not_allowed')
      for (const from of ['x', 'a@example.com\r\nBcc: eve@example.org', 'a@b, c@d', {}])
        problemOf(await api.post('/emails', { to, from }), 400, 'invalid_field')
      const elsewhere = { to, from: 'eve@example.org', manually_added: true }
      assert.equal((await api.made('/emails', elsewhere)).status, 'recorded')
      problemOf(await api.post('/emails', { to, direction: 'inbound' }), 400, 'missing_field')
    })

    it('have receivers, which are bounded, counted once and found', async () => {
      const { api } = server.acme
      assert.equal(problemOf(await api.post('/emails', {}), 400, 'missing_field').error, 'to is missing')
      problemOf(await api.post('/emails', { to: [] }), 400, 'missing_field')
      problemOf(
        await api.post('/emails', { to: ['a@example.com\nBcc: e@example.com'] }),
        400,
        'invalid_field',
      )
      const many = (count: number) => Array.from({ length: count }, (_, at) => `p${at}@example.com`)
      problemOf(await api.post('/emails', { to: many(51) }), 400, 'too_many_values')
      problemOf(await api.post('/emails', { to: many(30), cc: many(30) }), 400, 'too_many_values')
      const email = await api.made('/emails', {
        to: ['Una@example.com', 'una@Example.com'],
        cc: 'cy@example.com',
      })
      assert.deepEqual([email.to, email.cc], [['una@Example.com'], ['cy@example.com']])
      assert.deepEqual(ids(await api.all('/emails?to=una@example.com')), [email.id])
      assert.deepEqual(ids(await api.all('/emails?cc=CY@example.com')), [email.id])
    })
  })

  describe('conversations', () => {
    it('begin with a message, and the next between the same two goes on with them', async () => {
      const { api } = server.acme
      const to = newNumber()
      const first = await api.made('/text_messages', { from: office, to, body: 'Hi' })
      const reply = await api.made('/text_messages', {
        from: to,
        to: office,
        direction: 'inbound',
        body: 'Yes?',
      })
      const call = await api.made('/calls', { from: office, to, outcome: 'connected' })
      for (const message of [reply, call])
        assert.equal((message.conversation as Fields).id, (first.conversation as Fields).id)
      const conversation = await conversationOf(first)
      assert.deepEqual(
        [conversation.kind, conversation.inbox, conversation.participant, conversation.subject],
        ['phone', office, to, `Text to (555) 010-${to.slice(-4)}`],
      )
      assert.equal(conversation.last_message_at, call.created_at)
      const elsewhere = await api.made('/text_messages', { from: '+15550104401', to })
      assert.notEqual((elsewhere.conversation as Fields).id, conversation.id)
      assert.equal((await api.made('/calls', { to })).conversation, null)
    })

    it('of two first messages at the same time are one', async () => {
      const { api } = server.acme
      const to = newNumber()
      const texts = await Promise.all(
        Array.from({ length: 6 }, () => api.made('/text_messages', { from: office, to })),
      )
      assert.equal(new Set(texts.map(({ conversation }) => (conversation as Fields).id)).size, 1)
    })

    it('belong to who writes first, and stay with them', async () => {
      const { api, adminId } = server.acme
      const memberId = await server.addMember('mia@example.com')
      const to = newNumber()
      const inbound = { from: to, to: office, direction: 'inbound' }
      const text = await api.made('/text_messages', inbound)
      assert.deepEqual([text.user, user(await conversationOf(text))], [null, null])
      await api.made('/calls', { from: office, to, user_id: memberId })
      assert.equal(user(await conversationOf(text)), memberId)
      await api.made('/text_messages', { from: office, to })
      assert.equal(user(await conversationOf(text)), memberId)
      const own = await api.made('/text_messages', { from: office, to: newNumber() })
      assert.equal(user(await conversationOf(own)), adminId)
    })

    it('of a mail to one person are theirs, unless it went to the shared address as well', async () => {
      const { api, adminId } = server.acme
      const mail = (more: object) => api.made('/emails', { direction: 'inbound', subject: 'Hello', ...more })
      const own = await mail({ from: 'a1@example.org', to: ['Ann@example.com'] })
      assert.equal(user(await conversationOf(own)), adminId)
      const shared = await mail({
        from: 'a2@example.org',
        to: ['ann@example.com'],
        cc: ['office@example.com'],
      })
      assert.equal(user(await conversationOf(shared)), null)
      const group = await mail({ from: 'a3@example.org', to: ['x@example.org', 'office@example.com'] })
      assert.deepEqual((await conversationOf(group)).inbox, 'office@example.com')
      const internal = await api.made('/emails', { to: ['ann@example.com'], subject: 'Internal' })
      assert.equal(user(await conversationOf(internal)), adminId)
      assert.equal((await conversationOf(internal)).subject, 'Internal')
    })

    it('are resolved by hand, and active again when something new comes in', async () => {
      const { api } = server.acme
      const from = newNumber()
      const inbound = { from, to: office, direction: 'inbound' }
      const one = `/conversations/${((await api.made('/text_messages', inbound)).conversation as Fields).id}`
      const status = async () => dataOf(await api.get(one)).status
      const resolved = dataOf(await api.patch(one, 'status=resolved&tags[]=vip&tags[]=rent'))
      assert.deepEqual([resolved.status, resolved.tags], ['resolved', ['vip', 'rent']])
      await api.made('/text_messages', { from: office, to: from })
      await api.made('/text_messages', { ...inbound, created_at: 1_600_000_000 })
      assert.equal(await status(), 'resolved')
      await api.made('/text_messages', inbound)
      assert.equal(await status(), 'active')
      problemOf(await api.patch(one, { status: 'open' }), 400, 'invalid_field')
      assert.ok(ids(await api.all('/conversations?status=active&tag=rent')).includes(one.slice(15)))
    })

    it('list all that stands in them in the order of time, each as what it is', async () => {
      const { api } = server.acme
      const to = newNumber()
      const at = (turn: number) => ({ created_at: 1_700_000_000 + turn })
      const text = await api.made('/text_messages', { from: office, to, body: 'second', ...at(1) })
      const call = await api.made('/calls', { from: to, to: office, direction: 'inbound', ...at(0) })
      const last = await api.made('/text_messages', { from: office, to, body: 'third', ...at(2) })
      const gone = await api.made('/text_messages', { from: office, to, body: 'gone', ...at(3) })
      await api.delete(`/text_messages/${gone.id}`)
      const path = `/conversations/${(text.conversation as Fields).id}`
      const all = await api.get(`${path}/messages`)
      assert.deepEqual(listOf(all), [
        { type: 'call', ...call },
        { type: 'text_message', ...text },
        { type: 'text_message', ...last },
      ])
      const page = await api.get(`${path}/messages?page=2&per_page=2`)
      assert.deepEqual(ids(listOf(page)), [last.id])
      assert.deepEqual(
        [metaOf(page).total_count, metaOf(page).total_pages, metaOf(page).has_more],
        [3, 2, false],
      )
      assert.equal((await api.get(`${path}/messages?colour=red`)).headers.get('x-ignored-params'), 'colour')
      assert.deepEqual(ids(listOf(await api.get(`${path}/calls`))), [call.id])
      assert.deepEqual(ids(listOf(await api.get(`${path}/text_messages`))), [text.id, last.id])
      assert.equal(dataOf(await api.get(path)).last_message_at, last.created_at)
      await api.post(`/text_messages/${gone.id}/restore`)
      assert.equal(dataOf(await api.get(path)).last_message_at, gone.created_at)
    })

    it('take an answer as their kind says, from their inbox to the other party', async () => {
      const { api } = server.acme
      const phone = await api.made('/conversations', {
        kind: 'phone',
        inbox: office,
        participant: newNumber(),
      })
      const text = await api.made(`/conversations/${phone.id}/messages`, { message: { body: 'Hi' } })
      assert.deepEqual(
        [text.type, text.from, text.to, text.body, (text.conversation as Fields).id],
        ['text_message', office, phone.participant, 'Hi', phone.id],
      )
      const back = await api.made(`/conversations/${phone.id}/messages`, { body: 'Yo', direction: 'inbound' })
      assert.deepEqual([back.from, back.to, back.status], [phone.participant, office, 'received'])
      const mail = { kind: 'email', inbox: 'Office@example.com', participant: 'Rosa@example.com' }
      const thread = await api.made('/conversations', mail)
      const email = await api.made(`/conversations/${thread.id}/messages`, 'subject=Hello&body=There')
      assert.deepEqual(
        [email.type, email.from, email.to, email.subject],
        ['email', 'office@example.com', ['rosa@example.com'], 'Hello'],
      )
      const alone = await api.made('/conversations', { kind: 'phone', inbox: office })
      const { error } = problemOf(
        await api.post(`/conversations/${alone.id}/messages`, { body: 'x' }),
        400,
        'missing_field',
      )
      assert.equal(error, 'to is missing')
      const wrong = { from: office, to: newNumber(), conversation_id: thread.id }
      problemOf(await api.post('/text_messages', wrong), 400, 'invalid_field')
      const theirs = (await oneOfEach(server, server.other)).conversations
      problemOf(await api.post(`/conversations/${theirs?.id}/messages`, { body: 'x' }), 404, 'not_found')
    })

    it('have a kind and an inbox of that kind, which they keep', async () => {
      const { api } = server.acme
      problemOf(await api.post('/conversations', {}), 400, 'missing_field')
      problemOf(await api.post('/conversations', { kind: 'fax', inbox: office }), 400, 'invalid_field')
      problemOf(await api.post('/conversations', { kind: 'email', inbox: office }), 400, 'invalid_field')
      problemOf(
        await api.post('/conversations', { kind: 'phone', inbox: 'a@example.com' }),
        400,
        'invalid_field',
      )
      const { id } = await api.made('/conversations', { kind: 'email', inbox: 'a@example.com' })
      problemOf(await api.patch(`/conversations/${id}`, { kind: 'phone' }), 400, 'invalid_field')
      problemOf(await api.patch(`/conversations/${id}`, { inbox: 'b@example.com' }), 400, 'invalid_field')
      assert.equal((await api.patch(`/conversations/${id}`, { inbox: 'A@example.com' })).status, 200)
    })

    it('take their messages along when they are deleted, and bring those back', async () => {
      const { api } = server.acme
      const to = newNumber()
      const text = await api.made('/text_messages', { from: office, to })
      const call = await api.made('/calls', { from: office, to })
      const before = await api.made('/text_messages', { from: office, to })
      const one = `/conversations/${(text.conversation as Fields).id}`
      const note = await api.made(`${one}/notes`, { description: 'Angry.' })
      assert.equal(note.parent_type, 'Conversation')
      await api.delete(`/text_messages/${before.id}`)
      await api.delete(one)
      for (const path of [`/text_messages/${text.id}`, `/calls/${call.id}`])
        problemOf(await api.get(path), 404, 'not_found')
      problemOf(await api.post(`/text_messages/${before.id}/restore`), 409, 'parent_deleted')
      const fresh = await api.made('/text_messages', { from: office, to })
      assert.notEqual((fresh.conversation as Fields).id, one.slice(15))
      await api.post(`${one}/restore`)
      assert.deepEqual(ids(listOf(await api.get(`${one}/messages`))), [text.id, call.id])
    })

    it('stand under contacts, deals and processes, with their messages', async () => {
      const { api } = server.acme
      const { contacts, deals, processes } = await oneOfEach(server)
      for (const [parent, field, record] of [
        ['contacts', 'contact', contacts],
        ['deals', 'deal', deals],
        ['processes', 'process', processes],
      ] as const) {
        const path = `/${parent}/${record?.id}`
        const text = await api.made(`${path}/text_messages`, { from: office, to: newNumber() })
        assert.equal((text[field] as Fields).id, record?.id)
        assert.ok(ids(await api.all(`${path}/text_messages`)).includes(text.id))
        const thread = await conversationOf(text)
        assert.ok(ids(await api.all(`${path}/conversations`)).includes(thread.id), parent)
        assert.ok(ids(await api.all(`/conversations?${field}_id=${record?.id}`)).includes(thread.id))
        const made = await api.made(`${path}/conversations`, { kind: 'phone', inbox: office })
        assert.ok(ids(await api.all(`${path}/conversations`)).includes(made.id))
        const call = await api.made(`${path}/calls`, { outcome: 'no answer' })
        assert.deepEqual(ids(await api.all(`${path}/calls?outcome=No%20Answer`)), [call.id])
      }
    })

    it('get a message that is moved to them, and the other forgets it', async () => {
      const { api } = server.acme
      const [one, other] = [
        await api.made('/text_messages', { from: office, to: newNumber() }),
        await api.made('/text_messages', { from: office, to: newNumber() }),
      ]
      const conversation_id = (other.conversation as Fields).id
      await api.patch(`/text_messages/${one.id}`, { conversation_id })
      assert.equal((await conversationOf(one)).last_message_at, null)
      assert.equal(listOf(await api.get(`/conversations/${conversation_id}/messages`)).length, 2)
      problemOf(await api.patch(`/text_messages/${one.id}`, { conversation_id: null }), 400, 'missing_field')
    })
  })

  describe('calls', () => {
    it('may be back-dated, list the oldest first, and have a recording at an address of the web', async () => {
      const { api } = server.acme
      const old = await api.made('/calls', { call: { direction: 'Inbound', created_at: 1_500_000_000 } })
      assert.deepEqual([old.created_at, old.from, old.outcome], ['2017-07-14T02:40:00Z', '', ''])
      assert.equal(listOf(await api.get('/calls?per_page=1'))[0]?.id, old.id)
      const recording_url = 'https://recordings.example.com/1.mp3'
      const changed = dataOf(await api.put(`/calls/${old.id}`, { recording_url, duration_seconds: '90' }))
      assert.deepEqual([changed.recording_url, changed.duration_seconds], [recording_url, 90])
      for (const bad of ['javascript:alert(1)', 'file:///etc/passwd', 'x', '/a'])
        problemOf(await api.patch(`/calls/${old.id}`, { recording_url: bad }), 400, 'invalid_field')
      problemOf(await api.patch(`/calls/${old.id}`, { duration_seconds: -1 }), 400, 'invalid_field')
      problemOf(await api.patch(`/calls/${old.id}`, { direction: 'outbound' }), 400, 'invalid_field')
    })
  })
})
