import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, type Fields, ids, listOf, problemOf } from '../../../test/api/client.ts'
import { oneOfEach } from '../../../test/api/records.ts'
import { startApi } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  describe('notes', () => {
    it('belong to every kind of parent, however it is spelt', async () => {
      const { api } = server.acme
      const each = await oneOfEach(server)
      const kinds: [string, string][] = [
        ['Deal', 'deals'],
        ['Contact', 'contacts'],
        ['Property', 'properties'],
        ['Unit', 'units'],
      ]
      for (const [word, list] of kinds) {
        for (const spelling of [word, word.toLowerCase(), list, list.toUpperCase()]) {
          const note = await api.made(
            '/notes',
            `parent_type=${spelling}&parent_id=${each[list]?.id}&description=a%0D%0Ab`,
          )
          assert.deepEqual(
            [note.parent_type, note.parent_id, note.description, note.kind, note.direction],
            [word, each[list]?.id, 'a\nb', 'note', null],
          )
          assert.equal((note.user as Fields).id, server.acme.adminId)
        }
        const nested = await api.made(`/${list}/${each[list]?.id}/notes`, { note: { description: 'nested' } })
        assert.ok(ids(await api.all(`/${list}/${each[list]?.id}/notes`)).includes(nested.id))
        assert.ok(ids(await api.all(`/notes?parent_type=${list}`)).includes(nested.id))
      }
      problemOf(
        await api.post('/notes', { parent_type: 'House', parent_id: each.deals?.id, description: 'x' }),
        400,
        'invalid_field',
      )
      problemOf(
        await api.post('/notes', { parent_type: 'Deal', parent_id: each.contacts?.id, description: 'x' }),
        400,
        'unknown_parent',
      )
      problemOf(
        await api.post('/notes', { parent_type: 'Deal', parent_id: 'x', description: 'x' }),
        400,
        'invalid_id',
      )
    })

    it('may be back-dated, on creation and later', async () => {
      const { api } = server.acme
      const { deals } = await oneOfEach(server)
      const note = await api.made(`/deals/${deals?.id}/notes`, {
        description: 'Old',
        created_at: 1_700_000_000,
      })
      assert.equal(note.created_at, '2023-11-14T22:13:20Z')
      const before = await api.get(`/notes/${note.id}`)
      const later = await api.patch(`/notes/${note.id}`, { created_at: '2020-01-02T03:04:05+01:00' })
      assert.equal(dataOf(later).created_at, '2020-01-02T02:04:05Z')
      assert.notEqual(later.headers.get('etag')?.split('-')[0], before.headers.get('etag')?.split('-')[0])
      const [first] = listOf(await api.get('/notes'))
      assert.equal(first?.id, note.id)
      for (const wrong of ['2026-02-31T00:00:00Z', 'yesterday', 999_999_999_999, '2026-13-01'])
        problemOf(await api.patch(`/notes/${note.id}`, { created_at: wrong }), 400, 'invalid_field')
    })

    it('that log outbound e-mails are counted on the deal', async () => {
      const { api } = server.acme
      const { pipelines } = await oneOfEach(server)
      const { id } = await api.made('/deals', { pipeline_id: pipelines?.id })
      for (const [direction, created_at] of [
        ['outbound', 1_700_000_000],
        ['outbound', 1_600_000_000],
        ['inbound', 1_800_000_000],
      ])
        await api.made(`/deals/${id}/notes`, { description: 'Hello', kind: 'email', direction, created_at })
      const deal = dataOf(await api.get(`/deals/${id}`))
      assert.deepEqual([deal.num_outbound_emails, deal.last_emailed_at], [2, '2023-11-14T22:13:20Z'])
    })

    it('do not come back before their parent', async () => {
      const { api } = server.acme
      const contact = await api.made('/contacts', {})
      const note = await api.made(`/contacts/${contact.id}/notes`, { description: 'x' })
      await api.delete(`/notes/${note.id}`)
      await api.delete(`/contacts/${contact.id}`)
      problemOf(await api.post(`/notes/${note.id}/restore`), 409, 'parent_deleted')
    })
  })
})
