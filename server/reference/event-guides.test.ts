import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type Guide, guides } from './guides.ts'
import { type ReferenceServer, startReferenceServer } from './testing.ts'

let server: ReferenceServer
let directory: string
let child: ChildProcess | undefined

before(async () => {
  server = await startReferenceServer()
  directory = mkdtempSync(join(tmpdir(), 'latchkey-event-guides-'))
})
after(async () => {
  child?.kill('SIGKILL')
  await server.close()
  rmSync(directory, { recursive: true, force: true })
})

async function ask(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(path.startsWith('http') ? path : `${server.url}/rest${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.key}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}

async function made(path: string, body: object): Promise<string> {
  const answer = await ask('POST', path, body)
  assert.equal(answer.status, 201)
  return (answer.body as { data: { id: string } }).data.id
}

test('the program that follows the stream misses nothing and repeats nothing over a break', async () => {
  const pipeline = await made('/pipelines', { name: 'Owners' })
  await made('/stages', { name: 'New', status: 'lead', pipeline_id: pipeline })
  const line = await openLine(Number(new URL(server.url).port))
  const file = join(directory, 'follow.mjs')
  writeFileSync(file, programOf('events', line.url))
  child = spawn(process.execPath, [file], {
    cwd: directory,
    env: { LATCHKEY_API_KEY: server.key },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  assert.ok(child.stdout)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  try {
    await line.answered()
    const seen: string[] = []
    const deals: string[] = []
    const deal = async () =>
      void deals.push(await made('/deals', { pipeline_id: pipeline, name: 'Rosa Field' }))
    const read = async () => void seen.push(String((await lines.next()).value))
    await deal()
    await read()
    line.cut()
    await deal()
    await deal()
    await line.answered()
    await deal()
    for (let count = 0; count < 3; count += 1) await read()
    assert.deepEqual(
      seen,
      deals.map((id) => `deal.created ${id}`),
    )
  } finally {
    child.kill('SIGKILL')
    line.close()
  }
})

test('the functions for an app subscribe, read samples of what is delivered, and unsubscribe', async () => {
  const file = join(directory, 'hooks.mjs')
  writeFileSync(file, programOf('connect-n8n-make-zapier', server.url))
  const hooks = await import(pathToFileURL(file).href)
  // What the platform gives to such functions: requests with the header that the app adds.
  const z = {
    async request({ url, method = 'GET', body, params }: Asked) {
      const query = params ? `?${new URLSearchParams(params)}` : ''
      const answer = await ask(method, `${url}${query}`, body)
      assert.ok(answer.status < 300, JSON.stringify(answer))
      return { data: answer.body }
    },
  }
  const subscribeData = await hooks.performSubscribe(z, { targetUrl: 'https://hooks.example.com/1' })
  const path = `/webhook_subscriptions/${subscribeData.id}`
  assert.equal((await ask('GET', path)).status, 200)

  const pipeline = await made('/pipelines', { name: 'Renters' })
  const stages = ['New', 'Met'].map((name) => ({ name, status: 'lead', pipeline_id: pipeline }))
  const [first, second] = [await made('/stages', stages[0] ?? {}), await made('/stages', stages[1] ?? {})]
  const deal = await made('/deals', { pipeline_id: pipeline, stage_id: first, name: 'Mia Moss' })
  await ask('PUT', `/deals/${deal}`, { stage_id: second })
  const [sample] = await hooks.performList(z)
  assert.equal(sample.type, 'deal.stage_changed')
  assert.deepEqual(sample.data.changed.stage_id, { from: first, to: second })

  await hooks.performUnsubscribe(z, { subscribeData })
  assert.equal((await ask('GET', path)).status, 404)
})

interface Asked {
  url: string
  method?: string
  body?: object
  params?: Record<string, string>
}

function programOf(name: Guide['name'], publicUrl: string): string {
  const text = guides({ publicUrl }).find((guide) => guide.name === name)?.text ?? ''
  const [, source] = /```javascript\n(.*?)```/s.exec(text) ?? []
  assert.ok(source)
  return source
}

/** A line to the server that can be cut. */
async function openLine(port: number) {
  const sockets = new Set<Socket>()
  let answer = Promise.withResolvers<void>()
  const proxy = createServer((near) => {
    const far = connect(port, 'localhost')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        near.destroy()
        far.destroy()
      })
    }
    far.once('data', () => answer.resolve())
    near.pipe(far).pipe(near)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const cut = () => {
    answer = Promise.withResolvers()
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    /** Resolves when the server has begun to answer on it. */
    answered: () => answer.promise,
    cut,
    close() {
      cut()
      proxy.close()
    },
  }
}
