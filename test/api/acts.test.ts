import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { resources } from '../../server/resources/operations.ts'
import { forEachEngine } from '../support/engines.ts'
import { dataOf, type Fields, problemOf } from './client.ts'
import { oneOfEach } from './records.ts'
import { startApi } from './server.ts'

const tagged = resources.filter(({ fields }) => fields.tags)

forEachEngine((engine) => {
  const server = startApi(engine)

  describe('tags', () => {
    for (const { name, singular } of tagged) {
      it(`of ${name} are added and taken away one by one`, async () => {
        const { api } = server.acme
        const id = (await oneOfEach(server))[name]?.id
        const path = `/${name}/${id}/tags`
        await api.put(`/${name}/${id}`, { tags: ['first'] })
        const added = await api.post(path, { tags: ['second', 'FIRST'] })
        assert.deepEqual([added.status, dataOf(added).tags], [200, ['first', 'second']])
        assert.deepEqual(dataOf(await api.get(`/${name}/${id}`)), dataOf(added))
        assert.deepEqual(dataOf(await api.post(path, `${singular}[tags][]=third`)).tags, [
          'first',
          'second',
          'third',
        ])
        const gone = await api.delete(`${path}?tags[]=SECOND&tags[]=never`)
        assert.deepEqual([gone.status, dataOf(gone).tags], [200, ['first', 'third']])
        const inBody = await api.send('DELETE', path, { [singular]: { tags: ['third'] } })
        assert.deepEqual(dataOf(inBody).tags, ['first'])
        assert.deepEqual(dataOf(await api.delete(`${path}?tags=first,third`)).tags, [])
      })
    }

    it('are on what carries them', () => {
      assert.ok(tagged.length >= 4)
    })

    it('are changed under If-Match, once for a key, and not at all when something is wrong', async () => {
      const { api } = server.acme
      const { id } = await api.made('/contacts', { tags: ['kept'] })
      const path = `/contacts/${id}/tags`
      const etag = (await api.get(`/contacts/${id}`)).headers.get('etag') ?? ''
      const key = { 'idempotency-key': 'tag-1', 'if-match': etag }
      assert.deepEqual(dataOf(await api.post(path, { tags: ['new'] }, key)).tags, ['kept', 'new'])
      const again = await api.post(path, { tags: ['new'] }, key)
      assert.equal(again.headers.get('idempotent-replayed'), 'true')
      problemOf(await api.post(path, { tags: ['late'] }, { 'if-match': etag }), 412, 'precondition_failed')
      problemOf(await api.post(path, {}), 400, 'missing_field')
      problemOf(await api.post(path, { tags: null }), 400, 'missing_field')
      problemOf(await api.post(path, { tags: [{}] }), 400, 'invalid_field')
      problemOf(await api.post(path, { tags: ['x'.repeat(101)] }), 400, 'invalid_field')
      problemOf(
        await api.post(path, { tags: Array.from({ length: 99 }, (_, n) => `t${n}`) }),
        400,
        'too_many_values',
      )
      problemOf(await api.delete(path), 400, 'missing_field')
      const ignoring = await api.post(path, { tags: ['new'], name: 'x' })
      assert.equal(ignoring.headers.get('x-ignored-params'), 'name')
      const strict = { prefer: 'handling=strict' }
      problemOf(await api.post(path, { tags: ['odd'], name: 'x' }, strict), 400, 'unknown_parameter')
      problemOf(await server.other.api.post(path, { tags: ['theirs'] }), 404, 'not_found')
      problemOf(await server.other.api.delete(`${path}?tags=kept`), 404, 'not_found')
      const read = await api.get(`/contacts/${id}`)
      assert.deepEqual(dataOf(read).tags, ['kept', 'new'])
      assert.match(read.headers.get('etag') ?? '', /^W\/"2-/)
    })
  })

  describe('reassigning', () => {
    for (const [name, shown] of [
      ['deals', 'assignee'],
      ['processes', 'user'],
      ['tasks', 'assignee'],
    ] as const) {
      it(`gives one of ${name} to somebody and to nobody`, async () => {
        const { api, adminId } = server.acme
        const each = await oneOfEach(server)
        const one = `/${name}/${each[name]?.id}`
        const path = `${one}/reassign`
        await api.patch(one, { user_id: null })
        const given = await api.post(path, { user_id: adminId })
        assert.equal((dataOf(given)[shown] as Fields).id, adminId)
        assert.equal(dataOf(await api.post(path, { user_id: null }))[shown], null)
        const form = dataOf(await api.post(path, `assignee_id=${adminId}`))
        assert.equal((form[shown] as Fields).id, adminId)
        problemOf(await api.post(path, {}), 400, 'missing_field')
        problemOf(await api.post(path, { user_id: each.contacts?.id }), 400, 'unknown_user')
        problemOf(await api.post(path, { user_id: server.other.adminId }), 400, 'unknown_user')
        problemOf(await api.post(path, { user_id: {} }), 400, 'unknown_user')
        problemOf(
          await api.post(path, { user_id: null }, { 'if-match': 'W/"1-x"' }),
          412,
          'precondition_failed',
        )
        const more = await api.post(path, { user_id: null, name: 'Other' })
        assert.equal(more.headers.get('x-ignored-params'), 'name')
        assert.notEqual(dataOf(more).name, 'Other')
        problemOf(await server.other.api.post(path, { user_id: null }), 404, 'not_found')
      })
    }
  })
})
