import assert from 'node:assert/strict'
import { it } from 'node:test'
import { emulatedSurface } from '../../server/resources/emulated-surface.ts'
import { operations } from '../../server/resources/operations.ts'
import { personAt } from '../support/admin.ts'
import { forEachEngine } from '../support/engines.ts'
import { metaOf, problemOf } from './client.ts'
import { type ApiServer, type Company, password, startApi } from './server.ts'

interface Answer {
  status: number
  headers: Headers
  body: { data?: unknown; meta?: Record<string, unknown>; error?: unknown }
}

const noRecord = '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55'

/** What programs written for that API read of a request, and nothing that helps them further. */
const ours =
  /^(access-control-.*|link|ratelimit|ratelimit-policy|retry-after|x-ignored-params|idempotent-replayed)$/

it('names operations and query parameters that the API has', () => {
  const all = operations(() => assert.fail('no operation runs'))
  const there = emulatedSurface.map(({ method, path }) => `${method} ${path}`)
  assert.equal(new Set(there).size, there.length)
  for (const { method, path, query = [], withoutEffect = [] } of emulatedSurface) {
    const operation = all.find((known) => known.method === method && known.path === path)
    // These are known there, and not yet here.
    if (!operation) assert.match(path, /^\/(calls|text_messages|conversations|uploaded_files|webhook_sub)/)
    else {
      const names = operation.parameters.filter((one) => one.in === 'query').map(({ name }) => name)
      for (const name of query) assert.ok(names.includes(name), `${method} ${path} has no ${name}`)
      for (const name of withoutEffect) assert.match(JSON.stringify(operation.body), new RegExp(`"${name}"`))
    }
  }
})

forEachEngine((engine) => {
  const strict = startApi(engine)
  const tight = startApi(engine)

  async function ask(
    server: ApiServer,
    key: string,
    method: string,
    path: string,
    options: { body?: object; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const response = await fetch(`${server.url}/rest${path}`, {
      method,
      headers: {
        ...(key ? { authorization: `Bearer ${key}` } : {}),
        ...(options.body ? { 'content-type': 'application/json' } : {}),
        ...options.headers,
      },
      body: options.body ? JSON.stringify(options.body) : null,
    })
    const text = await response.text()
    assert.ok(response.status < 500, text)
    assert.ok(response.headers.get('x-request-id'))
    if (response.status !== 401)
      for (const name of response.headers.keys()) assert.doesNotMatch(name, ours, `${method} ${path}`)
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
  }

  const asked = (method: string, path: string, options?: Parameters<typeof ask>[4]) =>
    ask(strict, strict.acme.key, method, path, options)

  let pipelineId = ''

  it('is switched on by an admin in the settings, which the audit log tells', async () => {
    const { api } = strict.acme
    const pipeline = await api.made('/pipelines', { name: 'Owners' })
    pipelineId = pipeline.id
    await api.made(`/pipelines/${pipelineId}/stages`, { name: 'New', status: 'lead' })
    for (const name of ['Rosa Field', 'Ben Moss', 'Ivy Stone'])
      await api.made('/contacts', { full_name: name })
    assert.deepEqual(await switchEmulation(strict, strict.acme, true), {
      cors_origins: ['*'],
      requests_per_minute: 1_000_000,
      records_per_minute: null,
      strict_emulation: true,
      revoke_exposed_keys: false,
    })
    const rows = await strict.running.engine.reader
      .selectFrom('audit_entries')
      .select(['action', 'details'])
      .where('account_id', '=', strict.acme.accountId)
      .where('action', '=', 'rest_access.settings_changed')
      .execute()
    const told = JSON.parse(rows.at(-1)?.details ?? '{}')
    assert.deepEqual([told.strict_emulation, told.previous_strict_emulation], [1, 0])
    const { headers } = await asked('GET', '/info/account')
    assert.equal(headers.get('x-ratelimit-metric-requests-limit'), '100')
    assert.equal(headers.get('x-ratelimit-metric-records-limit'), '1000')
    assert.equal(headers.get('x-ratelimit-metric-requests-count'), '1')
    // Another account of the same server is as before.
    assert.equal(
      (await strict.other.api.get('/contacts?nothing=1')).headers.get('x-ignored-params'),
      'nothing',
    )
  })

  it('lists with the known envelope, and applies no parameter that is not known', async () => {
    const { status, body } = await asked(
      'GET',
      '/contacts?per_page=2&page=1&order_field=name&order_direction=desc&cursor=&include_total=false&first_name=Ivy&created_at[gte]=bad&include_deleted=maybe&include_external_ids=true&nonsense=1',
      { headers: { prefer: 'handling=strict' } },
    )
    assert.equal(status, 200)
    assert.deepEqual(Object.entries(body.meta ?? {}), [
      ['page_number', 1],
      ['total_count', 3],
      ['total_pages', 2],
      ['per_page', 2],
    ])
    const found = body.data as Record<string, unknown>[]
    assert.deepEqual(
      found.map(({ name }) => name),
      ['Rosa Field', 'Ben Moss'],
    )
    assert.ok(found.every((contact) => !('external_ids' in contact) && !('deleted_at' in contact)))
    const past = await asked('GET', '/contacts?page=9')
    assert.deepEqual(past.body.data, [])
    assert.equal(past.body.meta?.per_page, 25)
  })

  it('applies the parameters that are known', async () => {
    const found = await asked('GET', '/contacts?search=moss')
    assert.equal((found.body.data as unknown[]).length, 1)
    const made = await asked('POST', '/deals', { body: { deal: { pipeline_id: pipelineId, name: 'First' } } })
    assert.equal(made.status, 201)
    const other = await asked('GET', `/deals?pipeline_id=${noRecord}`)
    assert.equal(other.status, 200)
    assert.deepEqual(other.body.data, [])
    // `status` and `stage_id` are Latchkey's own.
    const all = await asked('GET', `/deals?pipeline_id=${pipelineId}&status=closed&stage_id=x`)
    assert.equal(all.body.meta?.total_count, 1)
    const ordered = await asked('GET', `/pipelines/${pipelineId}/deals?order_field=nothing`)
    assert.equal(ordered.status, 400)
    const tag = (await asked('GET', '/info/account')).headers.get('etag') ?? ''
    const again = await asked('GET', '/info/account', { headers: { 'if-none-match': tag } })
    assert.equal(again.status, 304)
  })

  it('refuses what is not there: a wrong verb with 405, an unknown path with 404', async () => {
    const refused: [string, string][] = [
      ['DELETE', `/deals/${noRecord}`],
      ['PATCH', `/contacts/${noRecord}`],
      ['POST', '/tasks'],
      ['GET', '/notes'],
      ['POST', '/pipelines'],
    ]
    for (const [method, path] of refused) {
      const { status, body, headers } = await asked(method, path, { body: method === 'GET' ? undefined : {} })
      assert.deepEqual([status, body], [405, { error: '405 Not Allowed' }], `${method} ${path}`)
      assert.match(headers.get('content-type') ?? '', /^application\/json/)
    }
    for (const [method, path] of [
      ['POST', '/batch'],
      ['GET', '/export/contacts.ndjson'],
      ['GET', '/units'],
      ['GET', `/deals/${noRecord}/stage_history`],
      ['GET', '/contacts/by_external_id/ledger/1'],
      ['POST', `/contacts/${noRecord}/restore`],
      ['GET', '/nothing'],
    ] as const) {
      const { status, body } = await asked(method, path, { body: method === 'GET' ? undefined : {} })
      assert.equal(status, 404, `${method} ${path}`)
      assert.deepEqual(Object.keys(body), ['error'])
      assert.match(String(body.error), /not found$/)
    }
    const record = await asked('GET', `/deals/${noRecord}`)
    assert.deepEqual([record.status, record.body], [404, { error: `Deal ${noRecord} not found` }])
  })

  it('answers errors in the known shapes', async () => {
    const before = await strict.rowCounts()
    const cases: [object, unknown][] = [
      [{ deal: { name: 'x' } }, 'deal[pipeline_id] is missing'],
      [{ deal: { pipeline_id: noRecord } }, [{ pipeline_id: 'is invalid' }]],
      [
        { deal: { pipeline_id: noRecord, user_id: noRecord } },
        [{ pipeline_id: 'is invalid' }, { user_id: 'is invalid' }],
      ],
      [{ deal: { user_id: noRecord } }, 'deal[pipeline_id] is missing'],
    ]
    for (const [body, error] of cases) {
      const answer = await asked('POST', '/deals', { body })
      assert.deepEqual([answer.status, answer.body], [400, { error }], JSON.stringify(body))
    }
    const malformed = await asked('GET', '/deals/17')
    assert.equal(malformed.status, 400)
    assert.equal(typeof malformed.body.error, 'string')
    const several = await asked('POST', '/notes', { body: {} })
    assert.match(String(several.body.error), /^(\w+ is missing, ){2}\w+ is missing$/)
    const unknown = await ask(strict, 'lk_live_wrong', 'GET', '/deals')
    assert.equal(unknown.status, 401)
    assert.match(String(unknown.body.error), /Invalid Access Token/)
    assert.deepEqual(await strict.rowCounts(), before)
  })

  it('gives Idempotency-Key, If-Match, external ids and accept_duplicates no effect', async () => {
    const body = {
      deal: {
        pipeline_id: pipelineId,
        accept_duplicates: false,
        external_ids: [{ source: 'a', external_id: '1' }],
      },
      contact: { full_name: 'Twin', email_addresses: ['twin@example.com'] },
      nonsense: 1,
    }
    const headers = { 'idempotency-key': 'same', prefer: 'handling=strict' }
    const made = [
      await asked('POST', '/deals', { body, headers }),
      await asked('POST', '/deals', { body, headers }),
    ]
    assert.deepEqual(
      made.map(({ status }) => status),
      [201, 201],
    )
    const [one, two] = made.map((answer) => answer.body.data as { id: string; contacts: { id: string }[] })
    assert.notEqual(one?.id, two?.id)
    assert.equal(one?.contacts[0]?.id, two?.contacts[0]?.id)
    const changed = await asked('PUT', `/deals/${one?.id}`, {
      body: { name: 'Renamed' },
      headers: { 'if-match': 'W/"0-x"' },
    })
    assert.equal(changed.status, 200)
    const kept = await strict.rowCounts()
    assert.deepEqual([kept.external_ids, kept.idempotency_keys], [0, 0])
  })

  it('answers a conflict as a bad request', async () => {
    const field = { label: 'Gate code', data_type: 'text', category: 'property' }
    assert.equal((await asked('POST', '/custom_fields', { body: field })).status, 201)
    const again = await asked('POST', '/custom_fields', { body: field })
    assert.equal(again.status, 400)
    assert.deepEqual(Object.keys(again.body), ['error'])
  })

  it('lets no page of another site in, and refuses preflights once every account emulates', async () => {
    const origin = 'https://app.example.com'
    assert.equal((await asked('GET', '/users', { headers: { origin } })).status, 200)
    const preflight = () =>
      fetch(`${strict.url}/rest/users`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET' },
      })
    // A preflight carries no key, and the other account allows pages.
    assert.equal((await preflight()).status, 204)
    const withKey = await ask(strict, strict.acme.key, 'OPTIONS', '/users', { headers: { origin } })
    assert.deepEqual([withKey.status, withKey.body], [405, { error: '405 Not Allowed' }])
    await switchEmulation(strict, strict.other, true)
    const refused = await ask(strict, '', 'OPTIONS', '/users', { headers: { origin } })
    assert.equal(refused.status, 405)
    await switchEmulation(strict, strict.other, false)
    assert.equal((await preflight()).status, 204)
  })

  it('leaves the people who are signed in as they are', async () => {
    const person = strict.client(await strict.signedIn(strict.acme.email))
    const list = await person.get('/contacts?first_name=Ivy&nothing=1')
    assert.equal(metaOf(list).total_count, 1)
    assert.equal(list.headers.get('x-ignored-params'), 'nothing')
    assert.equal(list.headers.get('x-ratelimit-metric-requests-limit'), '1000000')
    problemOf(await person.get('/nothing'), 404, 'not_found')
  })

  it('is as before when it is switched off', async () => {
    assert.equal((await switchEmulation(strict, strict.acme, false)).requests_per_minute, 1_000_000)
    const list = await strict.acme.api.get('/contacts?first_name=Ivy&nothing=1')
    assert.equal(metaOf(list).has_more, false)
    assert.equal(list.headers.get('x-ignored-params'), 'nothing')
    assert.equal(list.headers.get('x-ratelimit-metric-requests-limit'), '1000000')
    problemOf(await strict.acme.api.get('/nothing'), 404, 'not_found')
  })

  it('refuses after 1,000 records in exactly the known words', async () => {
    const { acme } = tight
    await Promise.all(
      Array.from({ length: 210 }, (_, at) => acme.api.made('/contacts', { full_name: `C ${at}` })),
    )
    await switchEmulation(tight, acme, true)
    const count = (answer: Answer) => Number(answer.headers.get('x-ratelimit-metric-records-count'))
    let last = await ask(tight, acme.key, 'GET', '/contacts?per_page=200')
    while (count(last) < 1_000) last = await ask(tight, acme.key, 'GET', '/contacts?per_page=200')
    const rows = await tight.rowCounts()
    for (const [method, body] of [
      ['GET', undefined],
      ['POST', { full_name: 'Refused' }],
    ] as const) {
      const refused = await ask(tight, acme.key, method, '/contacts', { body })
      assert.equal(refused.status, 429)
      assert.deepEqual(refused.body, {
        error: 'Rate limit exceeded for records, please wait 1 minute before retrying',
      })
      assert.equal(refused.headers.get('x-ratelimit-metric-error'), 'records')
      assert.match(refused.headers.get('x-ratelimit-retry-after') ?? '', /^\d+$/)
    }
    assert.deepEqual(await tight.rowCounts(), rows)
    await switchEmulation(tight, acme, false)
    assert.equal((await acme.api.get('/contacts')).status, 200)
  })
})

/** As the page does it. @returns the settings as they are afterwards */
async function switchEmulation(server: ApiServer, company: Company, isOn: boolean) {
  const person = personAt(server.url)
  await person.request('POST', '/api/auth/sign-in/email', { email: company.email, password })
  const { status, body } = await person.request('PATCH', '/api/rest-access/settings', {
    strict_emulation: isOn,
  })
  assert.equal(status, 200)
  return (body as { settings: Record<string, unknown> }).settings
}
