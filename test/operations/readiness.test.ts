import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { it } from 'node:test'
import { openEngine } from '../support/engines.ts'
import { startServerProcess } from '../support/server-process.ts'

it('is not ready while its database is out of reach or hangs, and is again when it answers', async (t) => {
  const storage = await openEngine('postgres')
  t.after(storage.close)
  const way = await wayTo(storage.url ?? '')
  t.after(way.close)
  const server = await startServerProcess({ ...storage, url: way.url })
  t.after(server.kill)
  const ready = async () => {
    const response = await fetch(`${server.url}/readyz`)
    const { status } = (await response.json()) as { status: string }
    return [response.status, status, response.headers.get('retry-after')]
  }
  assert.deepEqual(await ready(), [200, 'ready', null])
  way.set('hangs')
  assert.deepEqual(await ready(), [503, 'unavailable', '5'])
  way.set('refuses')
  assert.deepEqual(await ready(), [503, 'unavailable', '5'])
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200, 'starting it anew would help nobody')
  way.set('open')
  assert.deepEqual(await ready(), [200, 'ready', null])
})

/** A way to a database that can be cut. */
async function wayTo(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const here = new URL(databaseUrl)
  let state: 'open' | 'hangs' | 'refuses' = 'open'
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    if (state === 'refuses') return void near.destroy()
    const far = connect(Number(target.port), target.hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('data', (chunk) => {
        if (state !== 'hangs') other.write(chunk)
      })
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.on('error', () => {})
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  here.port = typeof address === 'object' && address ? String(address.port) : ''
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: here.href,
    set(next: typeof state) {
      state = next
      if (next === 'refuses') cut()
    },
    close() {
      cut()
      server.close()
    },
  }
}
