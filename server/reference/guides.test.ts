import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { guides, guideText } from './guides.ts'
import { type ReferenceServer, startReferenceServer } from './testing.ts'

let server: ReferenceServer
let directory: string

before(async () => {
  server = await startReferenceServer()
  directory = mkdtempSync(join(tmpdir(), 'latchkey-guides-'))
})
after(async () => {
  await server.close()
  rmSync(directory, { recursive: true, force: true })
})

const run = promisify(execFile)

test('every program in a guide runs as it stands, against a server', async () => {
  const env = { ...process.env, LATCHKEY_API_KEY: server.key }
  let count = 0
  for (const { name, text } of guides({ publicUrl: server.url })) {
    for (const [, source = ''] of text.matchAll(/```js\n(.*?)```/gs)) {
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], {
        env,
        cwd: directory,
      })
      assert.doesNotMatch(stdout, /^(4|5)\d\d/m, `${name}: ${stdout}`)
      count += 1
    }
  }
  assert.ok(count >= 6, `${count} programs`)
})

test('what a guide shows of the changes since is what changed', async () => {
  const env = { ...process.env, LATCHKEY_API_KEY: server.key }
  const text = guides({ publicUrl: server.url }).find(({ name }) => name === 'webhooks')?.text ?? ''
  const [, source = ''] = /```js\n(.*?)```/s.exec(text) ?? []
  const headers = { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' }
  const create = async (path: string, body: object) => {
    const response = await fetch(`${server.url}/rest${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    assert.equal(response.status, 201)
    return ((await response.json()) as { data: { id: string } }).data.id
  }
  const pipeline = await create('/pipelines', { name: 'Owners' })
  await create('/stages', { name: 'New', status: 'lead', pipeline_id: pipeline })
  const deal = await create('/deals', { pipeline_id: pipeline, name: 'Rosa Field' })
  const fresh = mkdtempSync(join(directory, 'run-'))
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], { env, cwd: fresh })
  assert.equal(stdout.trim(), `changed ${deal} Rosa Field`)
})

test('each guide begins with its title and a sentence that says what it is about', () => {
  for (const { name, title, summary } of guides({ publicUrl: server.url })) {
    assert.ok(title, name)
    assert.match(summary, /^[A-Z{].{15,}\.$/, `${name}: ${summary}`)
  }
})

test('in a document that is read elsewhere the links of the guides are whole', () => {
  assert.doesNotMatch(guideText({ publicUrl: 'https://latchkey.example.org' }), /\]\(\//)
})
