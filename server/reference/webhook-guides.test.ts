import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startApi } from '../../test/api/server.ts'
import { openEngine } from '../../test/support/engines.ts'
import { signedHeaders } from '../webhooks/signing.ts'
import { guides } from './guides.ts'
import { freePort } from './testing.ts'

/** A receiver of the guide, and how it is run. */
interface Receiver {
  name: string
  /** Of the code block. */
  label: string
  file: string
  command(file: string, port: number): [string, ...string[]]
  /** Whether it works on the event itself, and says so. */
  works: boolean
  /** The program that is run, made from the code blocks of its label. */
  source?(blocks: string[]): string
}

const receivers: Receiver[] = [
  { name: 'Node.js', label: 'javascript', file: 'receive.mjs', command: node, works: true },
  {
    name: 'Node.js with standardwebhooks',
    label: 'javascript',
    file: 'receive.mjs',
    command: node,
    works: true,
    source: ([program = '', check = '']) => {
      const replaced = program.replace(/^function isGenuine.*?^}\n/ms, () => check)
      assert.notEqual(replaced, program)
      return replaced.replace("'standardwebhooks'", `'${import.meta.resolve('standardwebhooks')}'`)
    },
  },
  { name: 'Python', label: 'python', file: 'receive.py', command: (file) => ['python3', file], works: true },
  { name: 'Ruby', label: 'ruby', file: 'receive.rb', command: (file) => ['ruby', file], works: true },
  {
    name: 'PHP',
    label: 'php',
    file: 'receive.php',
    command: (file, port) => ['php', '-S', `127.0.0.1:${port}`, file],
    works: false,
  },
]

describe('the receivers of the guide to webhooks', { concurrency: 2 }, () => {
  const opened: { close(): Promise<void> }[] = []
  const server = startApi(
    {
      name: 'sqlite',
      async open() {
        const engine = await openEngine('sqlite')
        opened.push(engine)
        return engine
      },
    },
    async () => ({ WEBHOOKS_ALLOW_PRIVATE: 'true' }),
  )
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-receivers-'))
  const running = new Set<ChildProcess>()
  after(async () => {
    for (const child of running) child.kill('SIGKILL')
    for (const engine of opened) await engine.close()
    rmSync(directory, { recursive: true, force: true })
  })

  for (const receiver of receivers) {
    it(`take what is genuine once, refuse all else, and go on: ${receiver.name}`, async (t) => {
      const [interpreter] = receiver.command(receiver.file, 0)
      if (spawnSync(interpreter, ['--version']).error) return t.skip(`there is no ${interpreter}`)
      const port = await freePort()
      const url = `http://127.0.0.1:${port}/`
      const { api } = server.acme
      const made = await api.made('/webhook_subscriptions', { event_name: 'task.created', target_url: url })
      const secret = String(made.secret)
      const { child, inbox, lines } = await run(receiver, { port, secret })

      // While a rotation overlaps, what arrives has two signatures, and the receiver knows the older secret.
      const one = `/webhook_subscriptions/${made.id}`
      const rotated = await api.post(`${one}/rotate_secret`, { overlap_hours: 1 })
      assert.equal(rotated.status, 200)
      const test = await api.post(`${one}/test`, {})
      const delivery = (test.body as { data: { response_status: number; event: { id: string } } }).data
      assert.equal(delivery.response_status, 204)

      for (const [what, headers, body] of badOnes(secret)) {
        const { status } = await fetch(url, { method: 'POST', headers, body })
        assert.equal(status, 401, what)
      }
      const long = 'x'.repeat(1_048_577)
      const answer = await fetch(url, {
        method: 'POST',
        headers: signed(secret, 'long', long),
        body: long,
      }).then(
        ({ status }) => status,
        // The connection may be closed before all of the body was sent.
        () => 413,
      )
      assert.equal(answer, 413)

      const bodies = { first: bodyOf('first'), second: bodyOf('second') }
      for (const id of ['first', 'first', 'second'] as const) {
        const body = bodies[id]
        const { status } = await fetch(url, { method: 'POST', headers: signed(secret, id, body), body })
        assert.equal(status, 204)
      }
      assert.deepEqual(
        readdirSync(inbox).sort(),
        ['first.json', 'second.json', `${delivery.event.id}.json`].sort(),
      )
      assert.equal(readFileSync(join(inbox, 'first.json'), 'utf8'), bodies.first)
      if (receiver.works) {
        const said = [(await lines.next()).value, (await lines.next()).value, (await lines.next()).value]
        assert.deepEqual(said, [`webhook.test ${made.id}`, 'task.created first', 'task.created second'])
      }
      assert.equal(child.exitCode, null)
    })
  }

  async function run(receiver: Receiver, { port, secret }: { port: number; secret: string }) {
    const home = mkdtempSync(join(directory, 'run-'))
    const inbox = join(home, 'inbox')
    const file = join(home, receiver.file)
    const blocks = blocksOf(receiver.label)
    writeFileSync(file, receiver.source?.(blocks) ?? blocks[0] ?? '')
    const [interpreter, ...args] = receiver.command(file, port)
    const child = spawn(interpreter, args, {
      env: { PATH: process.env.PATH, LATCHKEY_WEBHOOK_SECRET: secret, PORT: String(port), INBOX: inbox },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    running.add(child)
    await listening(child, port)
    return { child, inbox, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
  }
})

function node(file: string): [string, string] {
  return [process.execPath, file]
}

function blocksOf(label: string): string[] {
  const guide = guides({ publicUrl: 'http://localhost' }).find(({ name }) => name === 'verify-webhooks')
  const blocks = guide?.text.matchAll(new RegExp(`\`\`\`${label}\n(.*?)\`\`\``, 'gs')) ?? []
  return [...blocks].map(([, source = '']) => source)
}

/** Resolves once something accepts connections there. A program that ends before is an error. */
async function listening(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch {
      await pause(20)
    } finally {
      socket.destroy()
    }
  }
  throw new Error(`The program ended with ${child.exitCode}`)
}

function bodyOf(id: string): string {
  return JSON.stringify({ id, type: 'task.created', data: { record_id: id, record: { name: 'Call “Ro”' } } })
}

function signed(secret: string, id: string, body: string, at = Date.now()): Record<string, string> {
  return signedHeaders({ id, at, body, secrets: [secret] })
}

function badOnes(secret: string): [string, Record<string, string>, string][] {
  const body = bodyOf('bad')
  const good = signed(secret, 'bad', body)
  const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name))
  const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const minutes = 60_000
  const signature = String(good['webhook-signature'])
  return [
    ['an altered byte', good, body.replace('Call', 'Cali')],
    ['no body', good, ''],
    ['another secret', signed(other, 'bad', body), body],
    ['an old timestamp', signed(secret, 'bad', body, Date.now() - 6 * minutes), body],
    ['a timestamp to come', signed(secret, 'bad', body, Date.now() + 6 * minutes), body],
    ['no headers', {}, body],
    ...Object.keys(good).map((name): [string, Record<string, string>, string] => [
      `no ${name}`,
      without(name),
      body,
    ]),
    ['a timestamp of words', { ...good, 'webhook-timestamp': 'now' }, body],
    ['an endless timestamp', { ...good, 'webhook-timestamp': '9'.repeat(400) }, body],
    ['an id that leads elsewhere', signed(secret, '../bad', body), body],
    ['another id', { ...good, 'webhook-id': 'bad2' }, body],
    ['a signature of no version', { ...good, 'webhook-signature': signature.slice(3) }, body],
    ['a signature of another version', { ...good, 'webhook-signature': signature.replace('v1', 'v2') }, body],
    ['a signature that is cut', { ...good, 'webhook-signature': signature.slice(0, 20) }, body],
    ['signatures beyond ASCII', { ...good, 'webhook-signature': 'v1,éé v1, ÿ' }, body],
    ['an id beyond ASCII', { ...good, 'webhook-id': 'é' }, body],
  ]
}
