import assert from 'node:assert/strict'
import { request } from 'node:http'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import type { Resource } from '../../server/resource-layer/resource.ts'
import { resources } from '../../server/resources/operations.ts'
import { forEachEngine } from '../support/engines.ts'
import { type Exchange, listOf, problemOf } from './client.ts'
import { oneOfEach, requiredFields } from './records.ts'
import { type ApiServer, startApi } from './server.ts'

/** Values of the wrong kind, or at the edge of what can be kept. */
const strange: unknown[] = [
  -1,
  1.5,
  1e300,
  true,
  {},
  { toString: 'x', valueOf: null },
  [],
  [[]],
  [{ toString: 1 }],
  ['x', null, 7],
  'x'.repeat(120_000),
  'a\u0000b',
  '\ud800',
  '👩‍👩‍👧‍👦 ñ \u0301 \u202e',
  '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55',
  '2026-02-31',
  999_999_999_999,
  '',
  null,
]

const strangeTexts = [
  '%00',
  '%F0%9F%98%80',
  '%27%22%5C%3B--',
  '-1',
  '1e9',
  '99999999999999999999',
  'x'.repeat(2_000),
  '2026-02-31',
  '0000-00-00',
  '999999999999',
  '%2C',
  '',
  'null',
  '%25_%5C',
]

forEachEngine((engine) => {
  const server = startApi(engine)
  // Objects and lists are refused before any engine is asked, so one engine shows it for both.
  const values = engine.name === 'sqlite' ? strange : strange.filter((value) => typeof value !== 'object')

  /** Whatever is not taken leaves every table as it was: all of it is sent once more between two counts. */
  async function leaveNothing(works: readonly (() => Promise<Exchange>)[]): Promise<void> {
    const first = await inTurn(works)
    const answered = (isMeant: (status: number) => boolean) =>
      works.filter((_, at) => isMeant(first[at]?.status ?? 0))
    const before = await server.rowCounts()
    const again = await inTurn(answered((status) => status >= 400 && status !== 409))
    assert.deepEqual(await server.rowCounts(), before, again.map(({ text }) => text.slice(0, 200)).join('\n'))
    for (const { status, path } of again) assert.ok(status >= 400, `${path} was refused at first`)
    // What was in the way at first may be gone by now.
    for (const work of answered((status) => status === 409)) await leavesNothing(work)
  }

  async function leavesNothing(work: () => Promise<Exchange>): Promise<Exchange> {
    const before = await server.rowCounts()
    const exchange = await work()
    if (exchange.status >= 400)
      assert.deepEqual(await server.rowCounts(), before, exchange.text.slice(0, 300))
    return exchange
  }

  describe('fields', () => {
    for (const resource of resources.filter(({ operations }) => operations.includes('create'))) {
      it(`of ${resource.name} take a strange value or refuse it, and keep nothing of what is refused`, async () => {
        const { api } = server.acme
        const works: (() => Promise<Exchange>)[] = []
        const required = await requiredFields(server, resource)
        const { id } = (await oneOfEach(server))[resource.name] ?? { id: '' }
        for (const [, field] of Object.entries(resource.fields).filter(([, { write }]) => write)) {
          for (const name of (field.write?.names ?? []).slice(0, 1)) {
            for (const value of values) {
              works.push(() => api.patch(`/${resource.name}/${id}`, { [name]: value }))
              if (field.write?.required)
                works.push(() => api.post(`/${resource.name}`, { ...required, [name]: value }))
            }
            const inner = `${resource.singular}[${name}]`
            for (const form of [`${inner}[x]=1`, `${inner}[][y]=1`, `${inner}[0][z][]=2`])
              works.push(() => api.patch(`/${resource.name}/${id}`, form))
          }
        }
        await leaveNothing(works)
      })
    }

    it('of the three parts of a lead are refused together, and nothing of the lead is kept', async () => {
      const { api } = server.acme
      const { pipelines } = await oneOfEach(server)
      const works: (() => Promise<Exchange>)[] = []
      const deal = { pipeline_id: pipelines?.id }
      for (const part of ['deal', 'contact', 'property']) {
        for (const value of values) {
          works.push(() => api.post('/deals', { deal, [part]: value }))
          works.push(() => api.post('/deals', { deal, [part]: { ...deal, unit: value, name: value } }))
          const contact = { email: value, phone: value, full_name: value }
          works.push(() => api.post('/deals', { deal: { ...deal, accept_duplicates: false }, contact }))
        }
      }
      await leaveNothing(works)
    })

    it('of a custom field of every type take a strange value or refuse it', async () => {
      const { api } = server.acme
      const { contacts } = await oneOfEach(server)
      const types = ['text', 'number', 'currency', 'percentage', 'date', 'date_time', 'url'] as const
      for (const data_type of types) {
        const { key } = await api.made('/custom_fields', {
          label: `Odd ${data_type}`,
          category: 'contact',
          data_type,
        })
        await leaveNothing(
          values.map(
            (value) => () =>
              api.patch(`/contacts/${contacts?.id}`, { custom_fields: { [String(key)]: value } }),
          ),
        )
        for (const text of strangeTexts) {
          for (const form of ['', '[gte]', '[lt]', '[x]', '[]', '[gte][]'])
            await api.get(`/contacts?custom_fields[${key}]${form}=${text}`)
        }
      }
    })
  })

  describe('parameters', () => {
    for (const resource of resources) {
      it(`of ${resource.name} take a strange value or refuse it`, async () => {
        for (const name of parametersOf(resource)) {
          for (const text of strangeTexts) await server.acme.api.get(`/${resource.name}?${name}=${text}`)
          for (const form of ['[gte]', '[]', '[x]', '[][a]', '[gte][lt]'])
            await server.acme.api.get(`/${resource.name}?${name}${form}=%00`)
        }
      })
    }

    it('take up to 500 values each', async () => {
      const ones = (count: number) => Array(count).fill('1').join(',')
      for (const path of [
        '/notes?created_at=',
        '/deals?value=',
        '/contacts?name=',
        '/contacts?tag=',
        '/contacts?email=',
      ]) {
        assert.equal((await server.acme.api.get(`${path}${ones(500)}`)).status, 200, path)
        problemOf(await server.acme.api.get(`${path}${ones(501)}`), 400, 'invalid_parameter')
      }
      const both = `/contacts?created_at=${ones(500)}&updated_at=${ones(500)}&name=${ones(500)}`
      assert.equal((await server.acme.api.get(both)).status, 200)
    })

    it('of any name are named as ignored, even such as no header could carry', async () => {
      const { api } = server.acme
      const { headers } = await api.get('/contacts?%C3%A9%0D%0AX-Evil%3A1=2&__proto__[x]=1&=3')
      assert.equal(headers.get('x-ignored-params'), '%C3%A9%0D%0AX-Evil%3A1, __proto__,')
      const { contacts } = await oneOfEach(server)
      const body = '{"\\ud800":1,"__proto__":{"first_name":"x"},"constructor":1,"hasOwnProperty":2}'
      const written = await api.send('PATCH', `/contacts/${contacts?.id}`, body, {
        'content-type': 'application/json',
      })
      assert.equal(written.status, 200)
      assert.match(written.headers.get('x-ignored-params') ?? '', /__proto__, constructor, hasOwnProperty/)
      problemOf(
        await api.send('PATCH', `/contacts/${contacts?.id}`, body, {
          'content-type': 'application/json',
          prefer: 'handling=strict',
        }),
        400,
        'unknown_parameter',
      )
    })
  })

  describe('bodies', () => {
    const json = { 'content-type': 'application/json' }
    const refusals: [string, string | Uint8Array<ArrayBuffer>, string, number, string][] = [
      ['broken JSON', '{"a":', 'application/json', 400, 'malformed_json'],
      ['a JSON text', '"x"', 'application/json', 400, 'invalid_body'],
      ['a JSON list', '[{}]', 'application/json', 400, 'invalid_body'],
      [
        'a deep JSON object',
        `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`,
        'application/json',
        400,
        'body_too_deep',
      ],
      ['a bottomless JSON list', `{"a":${'['.repeat(500_000)}`, 'application/json', 400, 'malformed_json'],
      ['JSON that is not UTF-8', bytes([0x7b, 0x22, 0xff, 0x22]), 'application/json', 400, 'invalid_utf8'],
      ['a form with a broken escape', 'a=%zz', 'application/x-www-form-urlencoded', 400, 'malformed_form'],
      ['a form that is not UTF-8', 'a=%ff', 'application/x-www-form-urlencoded', 400, 'malformed_form'],
      [
        'a form with raw bytes',
        bytes([0x61, 0x3d, 0xff]),
        'application/x-www-form-urlencoded',
        400,
        'invalid_utf8',
      ],
      ['a form with broken brackets', 'a[b=1', 'application/x-www-form-urlencoded', 400, 'malformed_form'],
      [
        'a form that contradicts itself',
        'a[b]=1&a[]=2',
        'application/x-www-form-urlencoded',
        400,
        'malformed_form',
      ],
      ['a deep form', `a${'[b]'.repeat(40)}=1`, 'application/x-www-form-urlencoded', 400, 'body_too_deep'],
      [
        'a form of very many fields',
        'a=1&'.repeat(2_500),
        'application/x-www-form-urlencoded',
        400,
        'too_many_values',
      ],
      ['XML', '<a/>', 'application/xml', 415, 'unsupported_media_type'],
      ['no known type', 'x', 'nonsense', 415, 'unsupported_media_type'],
      ['multipart without a boundary', 'x', 'multipart/form-data', 400, 'malformed_form'],
      [
        'multipart that breaks off',
        '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx',
        'multipart/form-data; boundary=b',
        400,
        'malformed_form',
      ],
      ['a huge body', `{"a":"${'x'.repeat(1_100_000)}"}`, 'application/json', 413, 'body_too_large'],
    ]
    for (const [what, body, type, status, code] of refusals) {
      it(`that are ${what} are refused with ${status} ${code}`, async () => {
        const exchange = await leavesNothing(() =>
          server.acme.api.send('POST', '/contacts', body, { 'content-type': type }),
        )
        problemOf(exchange, status, code as Parameters<typeof problemOf>[2])
      })
    }

    it('of many multipart fields are bounded together like any other body', async () => {
      const form = new FormData()
      for (let field = 0; field < 4; field++) form.set(`f${field}`, 'x'.repeat(600_000))
      problemOf(await leavesNothing(() => server.acme.api.post('/contacts', form)), 413, 'body_too_large')
    })

    it('of multipart are refused when they are not UTF-8, and name the files that nobody reads', async () => {
      const { api } = server.acme
      const type = { 'content-type': 'multipart/form-data; boundary=b' }
      const part = (name: string) =>
        Buffer.from(`--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`)
      const end = Buffer.from('\r\n--b--\r\n')
      const broken = new Uint8Array(Buffer.concat([part('full_name'), Buffer.from([0xc3, 0x28]), end]))
      problemOf(await leavesNothing(() => api.send('POST', '/contacts', broken, type)), 400, 'invalid_utf8')
      const named = new Uint8Array(Buffer.concat([part('__proto__[x]'), Buffer.from('1'), end]))
      assert.ok(
        [201, 400].includes((await leavesNothing(() => api.send('POST', '/contacts', named, type))).status),
      )
      const form = new FormData()
      form.set('full_name', 'With a file')
      form.set('file', new Blob(['x'.repeat(50_000)]), 'a.txt')
      const made = await api.post('/contacts', form)
      assert.equal(made.headers.get('x-ignored-params'), 'file')
      assert.equal((made.body as { data: { name: string } }).data.name, 'With a file')
    })

    it('that are empty are no fields, whatever the content type says', async () => {
      const { contacts } = await oneOfEach(server)
      for (const type of [json, { 'content-type': 'application/x-www-form-urlencoded' }])
        assert.equal(
          (await server.acme.api.send('PATCH', `/contacts/${contacts?.id}`, undefined, type)).status,
          200,
        )
    })
  })

  describe('addresses', () => {
    const refusals: [string, number, string][] = [
      ['/contacts/%ff', 400, 'malformed_url'],
      ['/contacts/%zz', 400, 'malformed_url'],
      ['/contacts/%00', 400, 'invalid_id'],
      ['/contacts/1', 400, 'invalid_id'],
      ['/contacts/------------------------------------', 400, 'invalid_id'],
      [`/contacts/${'a'.repeat(3_000)}`, 400, 'invalid_id'],
      ['/contacts?a=%ff', 400, 'malformed_url'],
      ['/contacts?a[b=1', 400, 'malformed_form'],
      [`/contacts?${'a=1&'.repeat(2_300)}`, 400, 'too_many_values'],
      ['/contacts/../../etc/passwd', 404, 'not_found'],
      ['/nothing', 404, 'not_found'],
      ['/contacts/0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55/nothing', 404, 'not_found'],
      ['', 404, 'not_found'],
    ]
    for (const [path, status, code] of refusals) {
      it(`such as ${path.slice(0, 60) || 'the root'} are answered with ${status} ${code}`, async () => {
        const answer = await raw(server, 'GET', `/rest${path}`)
        assert.deepEqual([answer.status, answer.body.code], [status, code])
        assert.equal(answer.body.request_id, answer.headers['x-request-id'])
        assert.ok(answer.headers['api-version'])
      })
    }

    it('longer than the limit are refused in the same shape', async () => {
      const answer = await raw(server, 'GET', `/rest/contacts?search=${'x'.repeat(40_000)}`)
      assert.deepEqual([answer.status, answer.body.code], [431, 'headers_too_large'])
    })

    it('are refused in the same shape when the request is no HTTP', async () => {
      const text = await spoken(server, 'GET /rest/contacts HTTP/9.9\r\nnonsense\r\n\r\n')
      assert.match(text, /^HTTP\/1\.1 400 /)
      assert.match(text, /application\/problem\+json/)
      assert.match(text, /"code":"malformed_request"/)
    })
  })

  describe('headers', () => {
    const absurd: [string, string][] = [
      ['if-none-match', ',,"'],
      ['if-match', '"'.repeat(3_000)],
      ['prefer', 'handling=,;=;handling="'],
      ['x-request-id', '\u00e9\u00e9'],
      ['x-request-id', 'x'.repeat(5_000)],
      ['accept', 'nonsense'],
      ['accept-encoding', ';;;'],
      ['origin', 'null'],
      ['content-type', ';;;'],
      ['range', 'bytes=5-1'],
      ['x-http-method-override', 'DELETE'],
      ['x-forwarded-for', '"><script>'],
      ['host', '???'],
      ['cookie', '%%%=;=;'],
    ]
    for (const [name, value] of absurd) {
      it(`such as ${name}: ${value.slice(0, 20)} do no harm`, async () => {
        const answer = await raw(server, 'GET', '/rest/contacts', { [name]: value })
        assert.ok(answer.status < 500, JSON.stringify(answer))
        assert.match(answer.headers['x-request-id'] ?? '', /^[\w.:/-]{1,128}$/)
      })
    }

    it('of the request id are taken over when they are well-formed', async () => {
      const { headers } = await server.acme.api.get('/contacts', { 'x-request-id': 'job-7/step.2:a' })
      assert.equal(headers.get('x-request-id'), 'job-7/step.2:a')
    })
  })

  describe('methods', () => {
    it('that a path does not take are refused with 405 and the ones that it takes', async () => {
      const paths = [...new Set(server.running.app.printRoutes({ commonPrefix: false }).split('\n'))]
      assert.ok(paths.length > 20)
      for (const [path, allow] of Object.entries(takenMethods)) {
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'].filter(
          (name) => !allow.includes(name),
        )) {
          const answer = await raw(
            server,
            method,
            `/rest${path.replaceAll('{}', '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55')}`,
          )
          assert.equal(answer.status, 405, `${method} ${path}`)
          const told = (answer.headers.allow ?? '').split(', ').filter((name) => name !== 'OPTIONS')
          assert.deepEqual(new Set(told), new Set(allow), `${method} ${path}`)
          if (method !== 'HEAD') assert.match(String(answer.body.error), /405 Not Allowed/)
        }
      }
    })

    it('that HTTP knows and the API does not are refused too', async () => {
      for (const method of ['TRACE', 'PROPFIND', 'REPORT'])
        assert.equal((await raw(server, method, '/rest/contacts')).status, 405, method)
    })
  })

  it('leaves no trace of the attack in the account that was not attacked', async () => {
    const contacts = await server.other.api.get('/contacts')
    assert.deepEqual(listOf(contacts), [])
  })
})

const takenMethods: Record<string, string[]> = {
  '/info/account': ['GET', 'HEAD'],
  '/users': ['GET', 'HEAD'],
  '/users/{}': ['GET', 'HEAD'],
  '/contacts': ['GET', 'HEAD', 'POST'],
  '/contacts/{}': ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
  '/contacts/{}/restore': ['POST'],
  '/contacts/{}/deals': ['GET', 'HEAD'],
  '/pipelines/{}/stages': ['GET', 'HEAD', 'POST'],
  '/pipelines/{}/stages/{}': ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
}

function parametersOf(resource: Resource): string[] {
  const filters = Object.values(resource.fields).flatMap((field) => field.filters ?? [])
  return [
    ...['page', 'per_page', 'cursor', 'include_total', 'order_field', 'order_direction', 'search'],
    ...['updated_since', 'include_custom_fields', 'custom_fields', 'custom_fields[x]'],
    ...filters.map(({ param }) => param),
  ]
}

async function inTurn<Result>(works: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  const results: Result[] = []
  for (const work of works) results.push(await work())
  return results
}

function bytes(codes: number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(codes)
}

interface RawAnswer {
  status: number
  headers: Record<string, string>
  body: Record<string, unknown>
}

/** A request that no browser or fetch would send. */
function raw(
  server: ApiServer,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    const sent = request({
      hostname,
      port,
      method,
      path,
      headers: { authorization: server.acme.key, ...headers },
      agent: false,
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string>,
          body: text === '' ? {} : JSON.parse(text),
        })
      })
    })
    sent.end()
  })
}

function spoken(server: ApiServer, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname, () => socket.write(text))
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')))
    socket.on('error', reject)
  })
}
