import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { it } from 'node:test'
import pg from 'pg'
import { isUnavailable } from './unavailable.ts'

it('knows a database that refuses connections', async () => {
  const client = new pg.Client({ connectionString: 'postgres://nobody@127.0.0.1:1/none' })
  const error = await client.connect().then(
    () => null,
    (reason: unknown) => reason,
  )
  assert.ok(isUnavailable(error))
})

it('knows a database that closes the connection without a word', async () => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const client = new pg.Client({ connectionString: `postgres://nobody@127.0.0.1:${port}/none` })
  client.on('error', () => {})
  const error = await client.connect().then(
    () => null,
    (reason: unknown) => reason,
  )
  server.close()
  assert.ok(isUnavailable(error))
})

it('does not take a fault of the program for one', () => {
  assert.ok(!isUnavailable(new TypeError('x is not a function')))
  assert.ok(!isUnavailable(Object.assign(new Error('duplicate key'), { code: '23505' })))
})
