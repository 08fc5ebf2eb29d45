import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, listOf, problemOf } from '../../../test/api/client.ts'
import { startApi } from '../../../test/api/server.ts'
import { forEachEngine } from '../../../test/support/engines.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  describe('tags', () => {
    it('show their new name, their deletion and their return on every record', async () => {
      const { api } = server.acme
      const { id } = await api.made('/contacts', { tags: ['Gold', 'silver', 'GOLD', ''] })
      const tagsNow = async () => dataOf(await api.get(`/contacts/${id}`)).tags
      assert.deepEqual(await tagsNow(), ['Gold', 'silver'])
      const [tag] = listOf(await api.get('/tags?name=gold'))
      assert.equal(tag?.record_count, 1)
      await api.patch(`/tags/${tag?.id}`, { name: 'Platinum' })
      assert.deepEqual(await tagsNow(), ['Platinum', 'silver'])
      await api.delete(`/tags/${tag?.id}`)
      assert.deepEqual(await tagsNow(), ['silver'])
      assert.deepEqual(await api.all('/contacts?tag=platinum'), [])
      await api.post(`/tags/${tag?.id}/restore`)
      assert.deepEqual(await tagsNow(), ['Platinum', 'silver'])
      await api.delete(`/tags/${tag?.id}`)
      await api.made('/tags', { name: 'PLATINUM' })
      problemOf(await api.post(`/tags/${tag?.id}/restore`), 409, 'already_exists')
      problemOf(await api.post('/tags', { name: 'platinum' }), 409, 'already_exists')
    })

    it('count only records that are there', async () => {
      const { api } = server.acme
      const contact = await api.made('/contacts', { tags: ['counted'] })
      await api.made('/properties', { tags: ['counted'] })
      const count = async () => listOf(await api.get('/tags?name=counted'))[0]?.record_count
      assert.equal(await count(), 2)
      await api.delete(`/contacts/${contact.id}`)
      assert.equal(await count(), 1)
      await api.post(`/contacts/${contact.id}/restore`)
      assert.equal(await count(), 2)
    })

    it('of a form without brackets are divided at commas', async () => {
      const { id } = await server.acme.api.made('/contacts', 'tags=one,two , three')
      assert.deepEqual(dataOf(await server.acme.api.get(`/contacts/${id}`)).tags, ['one', 'two', 'three'])
    })
  })
})
