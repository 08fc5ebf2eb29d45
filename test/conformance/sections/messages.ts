import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, type Fields, ids, listOf, problemOf, describe as told } from '../api.ts'
import { bodyOf, bodyTypes } from '../forms.ts'
import type { Suite } from '../suite.ts'

const own = '+15550104400'
const theirs = '+15550104477'

/**
 * Calls, texts, e-mails and conversations (`contract.md` §2, §4). Whatever is made here is only recorded: the
 * suite sends nothing to anybody.
 */
export function messages({ api, world }: Suite): void {
  describe('a call', () => {
    for (const type of bodyTypes) {
      it(`is logged as ${type}, listed oldest first, changed and deleted`, async () => {
        const { one, mark } = world()
        const fields = {
          direction: 'inbound',
          outcome: 'connected',
          from: theirs,
          to: own,
          deal_id: one.deals?.id,
          process_id: one.processes?.id,
          description: `${mark} ${type}`,
        }
        const answer = await api.post('/calls', bodyOf(type, 'call', fields))
        assert.equal(answer.status, 201, told(answer))
        assert.equal(answer.headers.get('x-ignored-params'), null)
        const call = dataOf(answer)
        assert.deepEqual(
          [call.direction, call.outcome, call.from, call.to, (call.deal as Fields).id],
          ['inbound', 'connected', theirs, own, one.deals?.id],
        )
        assert.equal((call.process as Fields).id, one.processes?.id)
        const path = `/calls/${call.id}`
        const body = bodyOf(type, 'call', { outcome: 'left message' })
        for (const method of ['PUT', 'PATCH'])
          assert.equal(dataOf(await api.send(method, path, { body })).outcome, 'left message')
        for (const query of [
          `deal_id=${one.deals?.id}`,
          `process_id=${one.processes?.id}`,
          'direction=inbound',
        ])
          assert.deepEqual(ids(await api.list(`/calls?id=${call.id}&${query}`)), [call.id], query)
        assert.equal((await api.delete(path)).status, 204)
        problemOf(await api.get(path), 404)
      })
    }

    it('may be back-dated, and needs a direction that there is', async () => {
      const { mark } = world()
      const call = await api.made('/calls', { description: mark, created_at: '2026-01-15T09:30:00Z' })
      assert.equal(call.created_at, '2026-01-15T09:30:00Z')
      problemOf(await api.post('/calls', { direction: 'sideways' }), 400)
    })
  })

  describe('a text message', () => {
    it('needs from and to, and says so of both at once', async () => {
      const { error } = problemOf(await api.post('/text_messages', 'body=Hello'), 400, 'missing_field')
      assert.equal(error, 'from is missing, to is missing')
      problemOf(await api.post('/text_messages', { from: own, to: 'nobody', manually_added: true }), 400)
    })

    for (const type of bodyTypes) {
      it(`is recorded as ${type} and read back`, async () => {
        const { one, mark } = world()
        const fields = {
          from: own,
          to: theirs,
          body: `${mark} ${type}`,
          contact_id: one.contacts?.id,
          deal_id: one.deals?.id,
          manually_added: true,
        }
        const answer = await api.post('/text_messages', bodyOf(type, 'text_message', fields))
        assert.equal(answer.status, 201, told(answer))
        assert.equal(answer.headers.get('x-ignored-params'), null)
        const message = dataOf(answer)
        assert.deepEqual(
          [message.from, message.to, message.body, message.direction, message.manually_added, message.status],
          [own, theirs, fields.body, 'outbound', true, 'recorded'],
        )
        assert.deepEqual(await api.one(`/text_messages/${message.id}`), message)
        for (const query of [`contact_id=${one.contacts?.id}`, `deal_id=${one.deals?.id}`, 'status=recorded'])
          assert.deepEqual(
            ids(await api.list(`/text_messages?id=${message.id}&${query}`)),
            [message.id],
            query,
          )
        const nested = `/contacts/${one.contacts?.id}/text_messages?id=${message.id}`
        assert.deepEqual(ids(await api.list(nested)), [message.id])
        const path = `/text_messages/${message.id}`
        assert.equal(dataOf(await api.patch(path, { description: 'Seen.' })).description, 'Seen.')
        assert.equal((await api.delete(path)).status, 204)
      })
    }
  })

  describe('an e-mail', () => {
    it('is recorded and read back', async () => {
      const { one, mark } = world()
      const email = await api.made('/emails', {
        from: 'rosa.field@example.com',
        to: ['office@example.com'],
        subject: `${mark} lease`,
        body: 'Line one\nline two',
        direction: 'inbound',
        deal_id: one.deals?.id,
      })
      assert.deepEqual([email.status, email.body], ['received', 'Line one\nline two'])
      assert.deepEqual(ids(await api.list(`/deals/${one.deals?.id}/emails?id=${email.id}`)), [email.id])
      assert.deepEqual(ids(await api.list(`/emails?search=${encodeURIComponent(`${mark} lease`)}`)), [
        email.id,
      ])
      assert.equal((await api.delete(`/emails/${email.id}`)).status, 204)
    })
  })

  describe('a conversation', () => {
    it('is made, found by its contact and by what changed, and takes status and tags', async () => {
      const { one, mark } = world()
      const made = await api.made('/conversations', {
        kind: 'phone',
        inbox: own,
        participant: theirs,
        subject: `${mark} conversation`,
        contact_ids: [one.contacts?.id],
      })
      assert.deepEqual([made.kind, made.inbox, made.status, made.tags], ['phone', own, 'active', []])
      const since = Math.floor(Date.parse(String(made.updated_at)) / 1000)
      const found = `/conversations?contact_id=${one.contacts?.id}&updated_since=${since}&id=${made.id}`
      assert.deepEqual(ids(await api.list(found)), [made.id])
      assert.deepEqual(ids(await api.list(`/contacts/${one.contacts?.id}/conversations?id=${made.id}`)), [
        made.id,
      ])
      const path = `/conversations/${made.id}`
      const changed = dataOf(await api.patch(path, `status=resolved&tags[]=${encodeURIComponent(mark)}`))
      assert.deepEqual([changed.status, changed.tags], ['resolved', [mark]])
      assert.deepEqual(ids(await api.list(`/conversations?id=${made.id}&status=resolved`)), [made.id])
      problemOf(await api.patch(path, { status: 'asleep' }), 400)

      const message = { from: own, to: theirs, body: mark, manually_added: true, conversation_id: made.id }
      const text = await api.made('/text_messages', message)
      assert.deepEqual(ids(await api.list(`${path}/text_messages`)), [text.id])
      assert.deepEqual(ids(listOf(await api.get(`${path}/messages`))), [text.id])
      assert.equal((await api.delete(path)).status, 204)
    })
  })
}
