import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Client } from 'pg'
import { openEngine } from './engines.ts'
import { startPostgres } from './postgres.ts'

describe('the PostgreSQL that tests start', { timeout: 60_000 }, () => {
  it('is a PostgreSQL 18 in UTF-8 and UTC that spends nothing on durability', async () => {
    const server = await startPostgres()
    const client = await connect(server.url)
    try {
      const { rows } = await client.query(
        `select current_setting('server_version') as version, current_setting('server_encoding') as encoding,
                current_setting('timezone') as timezone, current_setting('fsync') as fsync`,
      )
      assert.match(rows[0].version, /^18\./)
      assert.deepEqual(
        { ...rows[0], version: '' },
        { version: '', encoding: 'UTF8', timezone: 'UTC', fsync: 'off' },
      )
    } finally {
      await client.end()
      await server.stop()
    }
    await assert.rejects(connect(server.url), { code: 'ECONNREFUSED' })
  })

  it('ends even when the process that started it is killed outright', async (t) => {
    const place = await openEngine('sqlite')
    t.after(() => place.close())
    const starter = join(place.directory, 'starter.ts')
    const module = JSON.stringify(new URL('./postgres.ts', import.meta.url).href)
    await writeFile(
      starter,
      `import { startPostgres } from ${module}\nprocess.send?.(await startPostgres())\nsetInterval(() => {}, 1_000)\n`,
    )
    const child = fork(starter, { execArgv: [] })
    const [{ url }]: [{ url: string }] = (await once(child, 'message')) as [{ url: string }]
    const client = await connect(url)
    const cutOff = new Promise<void>((resolve) => client.once('end', () => resolve()))
    child.kill('SIGKILL')
    await cutOff
    await assert.rejects(connect(url))
  })
})

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  // The server goes away under it: that is the point, not a failure.
  client.on('error', () => {})
  await client.connect()
  return client
}
