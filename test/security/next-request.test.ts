import { it } from 'node:test'
import { type ApiServer, startApi } from '../api/server.ts'
import { forEachEngine } from '../support/engines.ts'
import { startServerProcess } from '../support/server-process.ts'
import { openAsking } from './asking.ts'
import { changesOfKey, changesOfMembers, rotationsOfMainKey } from './changes-of-access.ts'
import { adminOf } from './matrix/callers.ts'
import { underLoad } from './under-load.ts'

const env = { LATCHKEY_SECRET: 'the same secret on every node, 32+', LOG_LEVEL: 'warn' }

forEachEngine((engine) => {
  const server = startApi(engine, async () => env)
  const nodes = engine.name === 'postgres' ? 'two nodes' : 'one node'

  it(`counts every change of access for the next request, under load on ${nodes}`, async () => {
    const storage = { ...server.storage, close: async () => {} }
    const second = nodes === 'two nodes' ? await startServerProcess(storage, env) : null
    const urls = second ? [server.url, second.url] : [server.url]
    const asking = openAsking()
    try {
      const scene = { admin: await adminOf(server), asking, pipelines: await pipelinesWithDeals(server) }
      const member = async (email: string) => ({ id: await server.addMember(email), email, url: server.url })
      const members = {
        staying: await member('mia@example.com'),
        leaving: await member('moe@example.com'),
      }
      const changes = [
        ...(await changesOfKey(scene)),
        ...(await changesOfMembers(scene, members)),
        ...rotationsOfMainKey(scene, server.acme.key, 4),
      ]
      for (const [turn, change] of changes.entries()) {
        await underLoad(change, { urls, actAt: urls[turn % urls.length] ?? '' })
      }
    } finally {
      asking.close()
      await second?.stop()
    }
  })
})

async function pipelinesWithDeals({ acme }: ApiServer): Promise<string[]> {
  const ids: string[] = []
  for (const name of ['Owners', 'Tenants']) {
    const pipeline = await acme.api.made('/pipelines', { name })
    await acme.api.made(`/pipelines/${pipeline.id}/stages`, { name: 'First call', status: 'lead' })
    await acme.api.made('/deals', { pipeline_id: pipeline.id, name: 'Alder Court' })
    ids.push(String(pipeline.id))
  }
  return ids
}
