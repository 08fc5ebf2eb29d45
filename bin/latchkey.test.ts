import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { setUpCompany } from '../test/support/admin.ts'

const launcher = fileURLToPath(new URL('./latchkey.js', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'latchkey-command-'))
const running = new Set<ChildProcess>()

after(async () => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
})

test('help goes to standard output, and a mistake to standard error with code 2', async () => {
  const help = await ended(['help'])
  assert.equal(help.code, 0)
  assert.match(help.out, /latchkey serve/)
  const mistake = await ended(['demo', '--port', 'abc'])
  assert.deepEqual(mistake, {
    code: 2,
    out: '',
    err: '--port is "abc"; it must be a whole number from 0 to 65535.\n',
  })
})

test('an older Node hands over to the one that Latchkey brings along', (t) => {
  const older = olderNode()
  if (older === null) return t.skip('no older Node is on the PATH')
  const { status, stdout } = spawnSync(older, [launcher, 'help'], { encoding: 'utf8' })
  assert.equal(status, 0)
  assert.match(stdout, /latchkey serve/)
})

test('a setting that cannot be used is one sentence and code 1', async () => {
  const { code, err } = await ended(['serve', '--no-build'], { LOG_LEVEL: 'loud' })
  assert.equal(code, 1)
  assert.match(err, /^LOG_LEVEL is "loud".*\n$/)
})

test('a taken port is named, with the way out', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' ? address?.port : null
  const { code, err } = await ended(
    [
      'serve',
      '--no-build',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--data',
      join(directory, 'taken'),
    ],
    { LOG_LEVEL: 'silent' },
  )
  other.close()
  assert.equal(code, 1)
  assert.match(err, new RegExp(`^Port ${port} is taken by another program.*--port \\d+\\n$`))
})

test('the set-up code is shown while there is no company, and a second start does not show it', async () => {
  const data = join(directory, 'company')
  const first = await started(['serve', '--no-build', '--port', '0', '--data', data], /is ready at \S+/)
  assert.match(first.out(), /set-up code [A-Z0-9]{8}/)
  const url = /is ready at (\S+)/.exec(first.out())?.[1] ?? ''
  assert.ok(first.out().trimEnd().endsWith(url))
  await setUpCompany(url)

  const beside = await ended(['serve', '--no-build', '--port', '0', '--data', data])
  assert.equal(beside.code, 1)
  assert.match(beside.err, /^Another Latchkey already uses .*\n$/)

  assert.equal(await first.stop(), 0)
  const second = await started(['serve', '--no-build', '--port', '0', '--data', data], /is ready at \S+/)
  assert.doesNotMatch(second.out(), /set-up code/)
  assert.equal(await second.stop(), 0)

  const refused = await ended(['demo', '--no-build', '--json', '--data', data])
  assert.equal(refused.code, 1)
  assert.equal(refused.out, '')
  assert.match(refused.err, /already holds the company "Ash Property Care".*\n$/)
})

test('with --json the demo prints one line, whose key and sign-ins work and stay', async () => {
  const args = [
    'demo',
    '--json',
    '--no-build',
    '--tasks',
    '50',
    '--port',
    '0',
    '--data',
    join(directory, 'demo'),
  ]
  const first = await started(args, /\n/)
  const told = JSON.parse(first.out())
  assert.deepEqual(Object.keys(told), ['url', 'admin', 'member', 'api_key'])
  const contacts = await fetch(`${told.url}/rest/contacts`, {
    headers: { authorization: `Bearer ${told.api_key}` },
  })
  assert.equal(contacts.status, 200)
  for (const person of [told.admin, told.member]) {
    const signedIn = await fetch(`${told.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: told.url },
      body: JSON.stringify(person),
    })
    assert.ok(signedIn.ok, `${person.email}: ${signedIn.status} ${await signedIn.text()}`)
  }
  assert.equal(await first.stop(), 0)
  assert.equal(first.out().trimEnd().split('\n').length, 1)

  const second = await started(args, /\n/)
  const { url: _, ...stays } = told
  assert.deepEqual({ ...JSON.parse(second.out()), url: undefined }, { ...stays, url: undefined })
  assert.doesNotMatch(second.err(), /Making/)
  assert.equal(await second.stop(), 0)
})

test('what the demo prints to be pasted works', async () => {
  const args = ['demo', '--no-build', '--tasks', '50', '--port', '0', '--data', join(directory, 'demo')]
  const demo = await started(args, /Open .*\n/)
  const commands = demo.out().match(/^curl .*$/gm) ?? []
  assert.equal(commands.length, 3)
  for (const command of commands) {
    const child = spawn('sh', ['-c', `${command} --silent --fail-with-body`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout.on('data', (chunk) => (out += chunk))
    const [code] = await once(child, 'close')
    assert.equal(code, 0, out)
    const { data } = JSON.parse(out)
    assert.ok(Array.isArray(data) ? data.length > 0 : data.id, out)
  }
  assert.equal(await demo.stop(), 0)
})

/** Of those that `engines` allows, and that do not run the sources themselves. */
function olderNode(): string | null {
  const places = (process.env.PATH ?? '').split(delimiter).map((place) => join(place, 'node'))
  const found = places
    .filter((place) => existsSync(place))
    .find((place) => {
      const major = Number(
        spawnSync(place, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.split('.')[0],
      )
      return major >= 20 && major < Number(process.versions.node.split('.')[0])
    })
  return found ?? null
}

function launch(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: directory,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('close', () => running.delete(child))
  const written = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (written.out += chunk))
  child.stderr.on('data', (chunk) => (written.err += chunk))
  return { child, written }
}

async function ended(args: string[], env?: Record<string, string>) {
  const { child, written } = launch(args, env)
  const [code] = await once(child, 'close')
  return { code, ...written }
}

/** A command that goes on, once it has printed what says that it is ready. */
async function started(args: string[], ready: RegExp) {
  const { child, written } = launch(args)
  const closed = once(child, 'close')
  while (!ready.test(written.out)) {
    await Promise.race([
      once(child.stdout, 'data'),
      closed.then(([code]) => assert.fail(`It ended with ${code}: ${written.err}`)),
    ])
  }
  return {
    out: () => written.out,
    err: () => written.err,
    async stop(): Promise<number | null> {
      child.kill('SIGTERM')
      const [code] = await closed
      return code
    },
  }
}
