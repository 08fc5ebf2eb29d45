import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { captureOne } from '../../test/api/records.ts'
import { operations, resources } from '../resources/operations.ts'
import { codeSamples, curl } from './code-samples.ts'
import { exampleId } from './example-ids.ts'
import { openApiDocument } from './openapi.ts'
import type { OpenApiDocument } from './openapi.types.ts'
import { responseChecker } from './response-checker.ts'
import { type ReferenceServer, startReferenceServer } from './testing.ts'

let server: ReferenceServer
let document: OpenApiDocument

before(async () => {
  server = await startReferenceServer()
  document = openApiDocument(all, { publicUrl: server.url })
})
after(() => server.close())

const all = operations(() => Promise.reject(new Error('not called')))

const readOnly = ['stage_stays', 'events', 'audit_entries', 'webhook_deliveries', 'captured_messages']

/** What a real shell makes of a command: the arguments that curl would get. */
function argumentsOf(command: string, key: string): string[] {
  const script = `curl() { for argument in "$@"; do printf '%s\\0' "$argument"; done; }\n${command}`
  const env = { ...process.env, LATCHKEY_API_KEY: key }
  const { stdout, stderr, status } = spawnSync('sh', ['-c', script], { env, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return stdout.split('\0').slice(0, -1)
}

/** Does what curl would do with these arguments. */
async function run(command: string) {
  const request = {
    method: 'GET',
    url: '',
    headers: new Headers(),
    body: undefined as string | FormData | undefined,
  }
  const form = new FormData()
  const given = argumentsOf(command, server.key)
  for (let at = 0; at < given.length; at++) {
    const argument = given[at] ?? ''
    if (argument === '-X') request.method = given[++at] ?? ''
    else if (argument === '-d') request.body = given[++at]
    else if (argument === '-F' || argument === '--form-string') {
      const [name = '', value = ''] = (given[++at] ?? '').split(/=(.*)/s)
      form.append(name, argument === '-F' ? new File(['%PDF-1.7'], value.slice(1)) : value)
      request.body = form
    } else if (argument === '-H') {
      const [name = '', value = ''] = (given[++at] ?? '').split(/: (.*)/s)
      request.headers.append(name, value)
    } else request.url = argument
  }
  const { url, method, headers, body } = request
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
  const text = await response.text()
  return {
    method,
    url,
    status: response.status,
    headers: response.headers,
    body: isJson(response.headers.get('content-type')) ? JSON.parse(text) : text || null,
  }
}

/** Exports are a line a record, or a table. */
function isJson(type: string | null): boolean {
  return /^application\/(problem\+)?json/.test(type ?? '')
}

test('a command survives the shell whatever is in it', () => {
  const text = 'it\'s "$HOME" `id` \\ $(id) !\n* \u2019 #{1}'
  const command = curl({ method: 'POST', url: "https://example.org/rest/a?b=c&d='e", body: { text } })
  const given = argumentsOf(command, 'lk_live_key')
  assert.deepEqual(given.slice(0, 3), ['-X', 'POST', "https://example.org/rest/a?b=c&d='e"])
  assert.ok(given.includes('Authorization: Bearer lk_live_key'))
  assert.deepEqual(JSON.parse(given.at(-1) ?? ''), { text })
})

test('other languages quote what would end or open something in a text', () => {
  const body = { note: "it's #{1} \\n $x\n", list: ['a', null, true], nested: [{ kind: 'x' }] }
  const samples = codeSamples({ method: 'PATCH', url: 'https://example.org/rest/a', body })
  const source = (label: string) => samples.find((sample) => sample.label === label)?.source ?? ''
  assert.match(source('Node.js'), /note: 'it\\'s #\{1\} \\\\n \$x\\n'/)
  assert.match(source('Python'), /'list': \['a', None, True\]/)
  assert.match(source('Ruby'), /note: "it's \\#\{1\} \\\\n \$x\\n"/)
  assert.match(source('PHP'), /'note' => 'it\\'s #\{1\} \\\\n \$x\n'/)
})

test('the Node.js sample is a program', async () => {
  const samples = document.paths['/contacts']?.post?.['x-codeSamples'] ?? []
  const source = samples.find(({ lang }) => lang === 'node')?.source ?? ''
  const env = { ...process.env, LATCHKEY_API_KEY: server.key }
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source], {
    env,
  })
  assert.match(stdout, /^201 \{"data":/)
})

test('the samples create one of each resource, read everything, and change it', async () => {
  const check = responseChecker(document)
  const ids = new Map<string, string>()
  const sampleOf = (path: string, method: string) => {
    const operation = document.paths[path]?.[method]
    const source = operation?.['x-codeSamples'].find(({ label }) => label === 'curl')?.source ?? ''
    assert.ok(source, `${method} ${path}`)
    return [...ids].reduce((text, [example, real]) => text.replaceAll(example, real), source)
  }
  const runChecked = async (path: string, method: string) => {
    const seen = await run(sampleOf(path, method))
    assert.deepEqual(check({ ...seen, path: seen.url.slice(server.url.length) }), [])
    return seen
  }
  const user = await runChecked('/info/user', 'get')
  ids.set(exampleId('users'), user.body.data.id)

  for (const resource of resources.filter(({ operations: kinds }) => kinds.includes('create'))) {
    const made = await runChecked(`/${resource.name}`, 'post')
    assert.equal(made.status, 201, `${resource.name}: ${JSON.stringify(made.body)}`)
    ids.set(exampleId(resource.name), made.body.data.id)
    await nameElsewhere(`/${resource.name}/${made.body.data.id}`)
    if (resource.name === 'process_types') {
      await write('POST', `/process_types/${made.body.data.id}/contact_roles`, { name: 'Tenant' })
    }
  }
  await runChecked('/webhook_subscriptions/{id}/test', 'post')
  await captureOne(server.engine, server.accountId)
  for (const name of readOnly) {
    const listed = await runChecked(`/${name}`, 'get')
    ids.set(exampleId(name), listed.body.data[0].id)
  }
  for (const { path, method } of all.filter((operation) => operation.method === 'GET')) {
    const seen = await runChecked(path, method.toLowerCase())
    assert.equal(seen.status, 200, `${path}: ${JSON.stringify(seen.body)}`)
  }
  for (const { path, method } of all.filter(({ method }) => method === 'PUT' || method === 'PATCH')) {
    const seen = await runChecked(path, method.toLowerCase())
    assert.equal(seen.status, 200, `${method} ${path}: ${JSON.stringify(seen.body)}`)
    assert.equal(seen.headers.get('x-ignored-params'), null, `${method} ${path}`)
  }
  // What is in use or taken is refused; the answer must be as documented all the same.
  for (const { path, method } of all.filter(({ path, method }) => method === 'POST' && path.includes('{'))) {
    await runChecked(path, method.toLowerCase())
  }
  for (const { path, method } of all.filter((operation) => operation.method === 'DELETE')) {
    await runChecked(path, method.toLowerCase())
  }
})

/** Gives a record the id by which the samples of `by_external_id` know it. */
function nameElsewhere(path: string): Promise<void> {
  return write('PATCH', path, { external_ids: [{ source: 'ledger', external_id: 'T-1042' }] })
}

async function write(method: string, path: string, fields: object): Promise<void> {
  const response = await fetch(`${server.url}/rest${path}`, {
    method,
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  })
  assert.ok(response.ok, await response.text())
}
