import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listOf, problemOf } from '../../test/api/client.ts'
import { type Company, startApi } from '../../test/api/server.ts'
import { forEachEngine } from '../../test/support/engines.ts'

interface Message {
  id: string
  data: { type: string; data: { record_id: string } }
}

forEachEngine((engine) => {
  const server = startApi(engine)

  /** Follows the events of a company until the test has seen enough. */
  async function follow(query = '', headers: Record<string, string> = {}, { key }: Company = server.acme) {
    const abort = new AbortController()
    const response = await fetch(`${server.url}/rest/events/stream${query}`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
      signal: abort.signal,
    })
    assert.equal(response.status, 200)
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
    const messages = messagesIn(response)
    // The first piece says that the stream is there: what happens from now on is in it.
    assert.equal((await messages.next()).value, null)
    return {
      async next(): Promise<Message> {
        for (;;) {
          const { value, done } = await messages.next()
          assert.ok(!done, 'the stream has ended')
          if (value) return value
        }
      },
      async ended(): Promise<void> {
        while (!(await messages.next()).done) {}
      },
      close: () => abort.abort(),
    }
  }

  it('tells of an event when it happens, as the list shows it', async () => {
    const stream = await follow()
    const { id } = await server.acme.api.made('/contacts', { full_name: 'Rosa Field' })
    const message = await stream.next()
    assert.equal(message.data.type, 'contact.created')
    assert.equal(message.data.data.record_id, id)
    const [last] = listOf(await server.acme.api.get('/events?order_direction=desc&per_page=1'))
    assert.deepEqual(message.data, last)
    assert.equal(message.id, last?.id)
    stream.close()
  })

  it('goes on after the event that a client knows, in order and without a gap', async () => {
    const first = await follow()
    await server.acme.api.made('/contacts', { full_name: 'First' })
    const known = await first.next()
    first.close()
    const made = []
    for (const name of ['Second', 'Third', 'Fourth'])
      made.push((await server.acme.api.made('/contacts', { full_name: name })).id)
    const again = await follow('', { 'last-event-id': known.id })
    const seen = []
    for (const _ of made) seen.push((await again.next()).data.data.record_id)
    assert.deepEqual(seen, made)
    again.close()
  })

  it('tells only what the filters let through', async () => {
    const stream = await follow('?type=pipeline.*')
    await server.acme.api.made('/contacts', { full_name: 'Not this' })
    await server.acme.api.made('/pipelines', { name: 'Streamed' })
    assert.equal((await stream.next()).data.type, 'pipeline.created')
    stream.close()
  })

  it('tells an account nothing of another', async () => {
    const stream = await follow('', {}, server.other)
    await server.acme.api.made('/contacts', { full_name: 'Ours' })
    const { id } = await server.other.api.made('/contacts', { full_name: 'Theirs' })
    assert.equal((await stream.next()).data.data.record_id, id)
    stream.close()
  })

  it('ends by itself where it is asked to', async () => {
    const { api } = server.acme
    const [first] = listOf(await api.get('/events?per_page=1'))
    const total = listOf(await api.get('/events?per_page=200')).length
    const stream = await follow(`?for_seconds=0&last_event_id=${first?.id}`)
    for (let seen = 1; seen < total; seen++) await stream.next()
    await stream.ended()
  })

  it('ends when the key that opened it is gone, and tells nothing more', async () => {
    const company = await server.openCompany('Gone Homes', `gone-${engine.name}@example.com`)
    const stream = await follow('', {}, company)
    await server.running.engine.transaction((tx) =>
      tx.deleteFrom('api_key_hashes').where('account_id', '=', company.accountId).execute(),
    )
    await server.running.engine.transaction((tx) =>
      tx
        .insertInto('unpublished_changes')
        .columns(['account_id', 'change_id'])
        .expression(
          tx.selectFrom('changes').select(['account_id', 'id']).where('account_id', '=', company.accountId),
        )
        .execute(),
    )
    await server.running.publisher.publishAll()
    await stream.ended()
  })

  it('refuses what it cannot understand', async () => {
    const { api } = server.acme
    const unknown = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'
    problemOf(await api.get(`/events/stream?last_event_id=${unknown}`), 400, 'invalid_parameter')
    problemOf(await api.get('/events/stream?for_seconds=-1'), 400, 'invalid_parameter')
    problemOf(await api.get('/events/stream?type=x'), 400, 'invalid_parameter')
    problemOf(await server.client().get('/events/stream'), 401, 'invalid_access_token')
    problemOf(
      await api.get('/events/stream?for_seconds=0&x=1', { prefer: 'handling=strict' }),
      400,
      'unknown_parameter',
    )
  })

  it('does not keep a server from stopping', async () => {
    const stream = await follow()
    await server.running.app.close()
    await stream.ended()
  })
})

/** Null for each piece that is no event, such as the first. */
async function* messagesIn(response: Response): AsyncGenerator<Message | null> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true })
    const pieces = text.split('\n\n')
    text = pieces.pop() ?? ''
    for (const piece of pieces) {
      const [, id = '', data = ''] = /^id: (\S+)\ndata: (.*)$/.exec(piece) ?? []
      yield id === '' ? null : { id, data: JSON.parse(data) }
    }
  }
}
