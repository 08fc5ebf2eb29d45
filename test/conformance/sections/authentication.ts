import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf, ids, listOf, problemOf } from '../api.ts'
import type { Suite } from '../suite.ts'

export function authentication({ api, world }: Suite): void {
  describe('authentication', () => {
    it('takes the key as a bearer and bare', async () => {
      const { key } = api.target
      for (const authorization of [`Bearer ${key}`, key])
        assert.equal((await api.get('/info/account', { authorization })).status, 200, authorization)
    })

    it('refuses no key, a wrong one and a mistyped one, in the words that clients look for', async () => {
      const { key } = api.target
      const mistyped = `${key.slice(0, -1)}${key.endsWith('x') ? 'y' : 'x'}`
      for (const authorization of [
        null,
        'Bearer ',
        'Bearer nonsense',
        mistyped,
        `Basic ${btoa(`${key}:`)}`,
      ]) {
        const { error } = problemOf(
          await api.get('/info/account', { authorization }),
          401,
          'invalid_access_token',
        )
        assert.match(error, /Invalid Access Token/)
      }
    })

    it('takes the key from no other place, and refuses one in the address with a hint', async () => {
      const { key } = api.target
      const sent = { authorization: null }
      problemOf(await api.get('/info/account', { ...sent, headers: { 'x-api-key': key } }), 401)
      const { error } = problemOf(await api.get(`/info/account?api_key=${key}`, sent), 400, 'key_in_url')
      assert.match(error, /Authorization/)
      assert.ok(!error.includes(key))
    })

    it('tells which account and which person the key is of', async () => {
      const account = await api.one('/info/account')
      assert.ok(account.name)
      const { scopes } = await api.one('/info/key')
      assert.ok(Array.isArray(scopes) && scopes.includes('deals:write'))
      const user = await api.one('/info/user')
      assert.deepEqual(await api.one(`/users/${user.id}`), user)
      assert.ok(ids(await api.list(`/users?id=${user.id}`)).includes(user.id))
    })

    it('answers under /rest and under /rest/v1 alike', async () => {
      for (const path of ['/info/account', `/deals?id=${world().one.deals?.id}`, '/pipelines?per_page=2']) {
        const [plain, versioned] = [await api.get(path), await api.get(path, { base: '/rest/v1' })]
        assert.deepEqual(versioned.body, plain.body)
      }
      const tag = await api.post('/tags', { name: `${world().mark} v1` }, { base: '/rest/v1' })
      const { id } = dataOf(tag)
      assert.equal(tag.status, 201)
      assert.deepEqual(ids(listOf(await api.get(`/tags?id=${id}`))), [id])
      assert.equal((await api.delete(`/tags/${id}`, { base: '/rest/v1' })).status, 204)
    })

    it('takes GETs that say Content-Type: application/json and have no body', async () => {
      const headers = { 'content-type': 'application/json' }
      for (const path of ['/info/account', '/deals?per_page=1', `/contacts/${world().one.contacts?.id}`])
        assert.equal((await api.get(path, { headers })).status, 200, path)
    })
  })
}
