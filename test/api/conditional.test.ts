import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachEngine } from '../support/engines.ts'
import { dataOf, type Exchange, problemOf } from './client.ts'
import { startApi } from './server.ts'

forEachEngine((engine) => {
  const server = startApi(engine)

  const tagOf = (exchange: Exchange) => exchange.headers.get('etag') ?? ''

  it('tags every representation weakly and answers 304 while it is the same', async () => {
    const { api } = server.acme
    const { id } = await api.made('/contacts', { full_name: 'Rosa Field' })
    for (const path of [
      `/contacts/${id}`,
      '/contacts',
      `/contacts/${id}?include_custom_fields=true`,
      '/info/account',
    ]) {
      const etag = tagOf(await api.get(path))
      assert.match(etag, /^W\/"[\w-]+"$/)
      for (const sent of [etag, etag.slice(2), `"a", ${etag} ,"b"`, '*']) {
        const again = await api.get(path, { 'if-none-match': sent })
        assert.equal(again.status, 304, sent)
        assert.equal(tagOf(again), etag)
        assert.ok(again.headers.get('x-ratelimit-metric-requests-count'))
      }
      assert.equal((await api.get(path, { 'if-none-match': '"a", W/"b"' })).status, 200)
    }
    const etag = tagOf(await api.get('/contacts'))
    await api.patch(`/contacts/${id}`, { full_name: 'Rosa Moss' })
    assert.equal((await api.get('/contacts', { 'if-none-match': etag })).status, 200)
  })

  for (const [what, write] of [
    [
      'PUT',
      (id: string, tag: string) =>
        server.acme.api.put(`/contacts/${id}`, { full_name: 'Lost' }, { 'if-match': tag }),
    ],
    [
      'PATCH',
      (id: string, tag: string) =>
        server.acme.api.patch(`/contacts/${id}`, { full_name: 'Lost' }, { 'if-match': tag }),
    ],
    ['DELETE', (id: string, tag: string) => server.acme.api.delete(`/contacts/${id}`, { 'if-match': tag })],
    [
      'a restoration',
      (id: string, tag: string) =>
        server.acme.api.post(`/contacts/${id}/restore`, undefined, { 'if-match': tag }),
    ],
  ] as const) {
    it(`lets ${what} through only on the version that was read, and else writes nothing`, async () => {
      const { api } = server.acme
      const { id } = await api.made('/contacts', { full_name: 'First' })
      const stale = tagOf(await api.get(`/contacts/${id}`))
      const changed = tagOf(await api.patch(`/contacts/${id}`, { full_name: 'Second' }))
      const before = await server.rowCounts()
      for (const tag of [stale, '"nonsense"', 'x', ''].filter(Boolean)) {
        problemOf(await write(id, tag), 412, 'precondition_failed')
      }
      assert.deepEqual(await server.rowCounts(), before)
      assert.equal(dataOf(await api.get(`/contacts/${id}`)).name, 'Second')
      const fresh = tagOf(await api.get(`/contacts/${id}?include_custom_fields=true`))
      assert.notEqual(changed, stale)
      assert.ok((await write(id, `${stale}, ${fresh}`)).status < 300)
    })
  }

  it('lets a write through on any version with a star', async () => {
    const { id } = await server.acme.api.made('/contacts', { full_name: 'First' })
    assert.equal(
      (await server.acme.api.patch(`/contacts/${id}`, { full_name: 'Star' }, { 'if-match': '*' })).status,
      200,
    )
  })

  it('gives the tag of a write that a later read confirms', async () => {
    const { api } = server.acme
    const made = await api.post('/contacts', { full_name: 'First' })
    const { id } = dataOf(made)
    assert.equal(tagOf(made), tagOf(await api.get(`/contacts/${id}`)))
    const patched = await api.patch(`/contacts/${id}`, { full_name: 'Second' })
    assert.equal((await api.get(`/contacts/${id}`, { 'if-none-match': tagOf(patched) })).status, 304)
  })

  it('keeps version and time of change when a write changes nothing', async () => {
    const { api } = server.acme
    const body = {
      full_name: 'Rosa Field',
      email_addresses: ['a@example.com'],
      phone_numbers: [{ kind: 'home', phone: '555 010 0000' }],
      tags: ['same', 'again'],
      company_name: null,
    }
    const made = await api.post('/contacts', body)
    const { id } = dataOf(made)
    for (const same of [
      body,
      { tags: ['SAME', 'Again'] },
      {},
      { nonsense: 1 },
      { full_name: ' Rosa  Field ' },
    ]) {
      const put = await api.put(`/contacts/${id}`, same)
      assert.equal(tagOf(put), tagOf(made), JSON.stringify(same))
    }
    for (const other of [
      { tags: ['again', 'same'] },
      { tags: [] },
      { email_addresses: [] },
      { last_name: 'Moss' },
    ]) {
      const before = tagOf(await api.get(`/contacts/${id}`)).split('-')[0]
      const after = tagOf(await api.patch(`/contacts/${id}`, other)).split('-')[0]
      assert.notEqual(after, before, JSON.stringify(other))
    }
  })
})
