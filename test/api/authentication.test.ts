import assert from 'node:assert/strict'
import { it } from 'node:test'
import { newKey } from '../../server/api-keys/key-format.ts'
import { forEachEngine } from '../support/engines.ts'
import { dataOf, listOf, problemOf } from './client.ts'
import { oneOfEach } from './records.ts'
import { startApi } from './server.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  it('takes a key with Bearer in any case, and bare', async () => {
    const { key } = server.acme
    for (const authorization of [`Bearer ${key}`, `bearer ${key}`, `BEARER  ${key}`, key]) {
      const account = await server.client({ authorization }).get('/info/account')
      assert.equal(dataOf(account).id, server.acme.accountId)
    }
  })

  it('refuses every other credential with "Invalid Access Token" and says how to authenticate', async () => {
    const { key } = server.acme
    const garbled = `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`
    const wrong: Record<string, string>[] = [
      {},
      { authorization: '' },
      { authorization: 'Bearer' },
      { authorization: `Bearer ${garbled}` },
      { authorization: `Bearer ${newKey('live')}` },
      { authorization: `Bearer ${key} ${key}` },
      { authorization: `Basic ${Buffer.from(`x:${key}`).toString('base64')}` },
      { authorization: `Token ${key}` },
      { 'x-api-key': key },
      { 'api-key': key, token: key },
    ]
    for (const headers of wrong) {
      for (const path of ['/contacts', '/nothing', '/info/user']) {
        const problem = await server.client(headers).get(path)
        const { error } = problemOf(problem, 401, 'invalid_access_token')
        assert.match(error, /Invalid Access Token/)
        assert.match(problem.headers.get('www-authenticate') ?? '', /^Bearer /)
      }
    }
    assert.equal((await server.client().send('HEAD', '/contacts')).status, 401)
  })

  it('refuses a key in the address, wherever and however it is written, with a hint', async () => {
    const { key } = server.acme
    const escaped = [...key].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')
    for (const path of [
      `/contacts?api_key=${key}`,
      `/contacts?access_token=${escaped}`,
      `/contacts?${key}`,
      `/contacts/${key}`,
      `/${key}/contacts`,
      `/contacts?q=token%3D${key}x`,
    ]) {
      const credentialsTried: Record<string, string>[] = [{}, { authorization: key }]
      for (const credentials of credentialsTried) {
        const { error } = problemOf(await server.client(credentials).get(path), 400, 'key_in_url')
        assert.match(error, /Authorization: Bearer/)
      }
    }
  })

  it('answers HEAD as GET, without the body', async () => {
    const { headers, status, text } = await server.acme.api.send('HEAD', '/contacts')
    const read = await server.acme.api.get('/contacts')
    assert.deepEqual([status, text], [200, ''])
    assert.equal(headers.get('etag'), read.headers.get('etag'))
  })

  it('serves the same under /rest/v1', async () => {
    assert.equal(dataOf(await server.acme.api.get('/v1/info/account')).id, server.acme.accountId)
    problemOf(await server.acme.api.get('/v1/nothing'), 404, 'not_found')
    problemOf(await server.acme.api.delete('/v1/contacts'), 405, 'method_not_allowed')
  })

  it('names the account and the person that a key stands for', async () => {
    const account = dataOf(await server.acme.api.get('/info/account'))
    assert.deepEqual(Object.keys(account), ['id', 'name', 'time_zone', 'created_at', 'updated_at'])
    assert.deepEqual([account.name, account.time_zone], ['Acme Homes', 'America/Chicago'])
    const user = dataOf(await server.acme.api.get('/info/user'))
    assert.deepEqual([user.id, user.email], [server.acme.adminId, server.acme.email])
  })

  it('serves a signed-in person by cookie, who writes records in the own name', async () => {
    const cookie = await server.signedIn(server.acme.email)
    const api = server.client(cookie)
    listOf(await api.get('/contacts'))
    const { id } = await api.made('/contacts', { full_name: 'By Cookie' })
    const [last] = (await server.changesOf(server.acme)).filter(({ record_id }) => record_id === id)
    assert.deepEqual([last?.actor_kind, last?.actor_id], ['user', server.acme.adminId])
    problemOf(
      await server.client({ cookie: `${cookie.cookie}x` }).get('/contacts'),
      401,
      'invalid_access_token',
    )
  })

  it('does not fall back on the cookie when the key is wrong', async () => {
    const cookie = await server.signedIn(server.acme.email)
    const api = server.client({ ...cookie, authorization: 'Bearer nonsense' })
    problemOf(await api.get('/contacts'), 401, 'invalid_access_token')
  })

  it('lets a member write records, and only read the set-up', async () => {
    await server.addMember('mia@example.com')
    const api = server.client({ ...(await server.signedIn('mia@example.com')), origin: server.url })
    await api.made('/contacts', { full_name: 'By Mia' })
    const { pipelines, stages, sources, custom_fields } = await oneOfEach(server)
    const before = await server.rowCounts()
    const attempts = [
      api.post('/pipelines', { name: 'Mine' }),
      api.patch(`/pipelines/${pipelines?.id}`, { name: 'Mine' }),
      api.delete(`/stages/${stages?.id}`),
      api.post(`/pipelines/${pipelines?.id}/stages`, { name: 'Mine' }),
      api.delete(`/pipelines/${pipelines?.id}/stages/${stages?.id}`),
      api.put(`/sources/${sources?.id}`, { name: 'Mine' }),
      api.post(`/custom_fields/${custom_fields?.id}/restore`),
    ]
    for (const attempt of attempts) {
      const { error } = problemOf(await attempt, 403, 'forbidden')
      assert.match(error, /Unauthorized to access this endpoint/)
    }
    assert.deepEqual(await server.rowCounts(), before)
    assert.ok(listOf(await api.get('/pipelines')).length > 0)
  })

  it('refuses a write by cookie that a page of another site sends, and lets it read nothing', async () => {
    const cookie = await server.signedIn(server.acme.email)
    const before = await server.rowCounts()
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: 'https://evil.example' },
    ]
    for (const headers of foreign) {
      const api = server.client({ ...cookie, ...headers })
      problemOf(await api.post('/contacts', { full_name: 'Evil' }), 403, 'cross_site_request')
      problemOf(await api.post('/contacts', 'full_name=Evil'), 403, 'cross_site_request')
    }
    problemOf(await server.client(cookie).post('/contacts', 'full_name=Evil'), 403, 'cross_site_request')
    assert.deepEqual(await server.rowCounts(), before)
    const read = await server.client({ ...cookie, origin: 'https://evil.example' }).get('/contacts')
    assert.ok(['*', null].includes(read.headers.get('access-control-allow-origin')))
    assert.equal(read.headers.get('access-control-allow-credentials'), null)
  })

  it('answers a preflight without a credential and allows no cookies', async () => {
    const response = await fetch(`${server.url}/rest/contacts`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    })
    assert.equal(response.status, 204)
    assert.match(response.headers.get('access-control-allow-headers') ?? '', /Authorization/)
    assert.equal(response.headers.get('access-control-allow-credentials'), null)
  })
})
