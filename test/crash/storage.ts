import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '../../server/config.ts'
import { start } from '../../server/main.ts'
import { openEngine } from '../../server/storage/open.ts'
import { disagreements } from '../agreement/agreement.ts'
import type { Client } from '../api/client.ts'
import { openCompany } from '../api/server.ts'
import type { OpenEngine } from '../support/engines.ts'
import type { Ground } from './acts.ts'

/** An account with a key, what clients write on, and a subscription to all that happens to contacts. */
export async function setUp(
  storage: OpenEngine,
  receiver: string,
): Promise<{ accountId: string; key: string; ground: Ground }> {
  const running = await serve(storage)
  const seen = { exchanges: [], secrets: [], violations: () => [] }
  const { accountId, key, api } = await openCompany(running, 'Acme Homes', 'ann@example.com', seen)
  await api.made('/webhook_subscriptions', { event_names: ['contact.*'], target_url: receiver })
  const ground = await makeGround(api)
  await running.stop()
  return { accountId, key, ground }
}

export async function makeGround(api: Pick<Client, 'made'>): Promise<Ground> {
  const pipeline = await api.made('/pipelines', { name: 'Owners' })
  const stages = []
  for (const name of ['First call', 'Visit', 'Contract'])
    stages.push(await api.made(`/pipelines/${pipeline.id}/stages`, { name, status: 'lead' }))
  for (const name of ['hot', 'cold']) await api.made('/tags', { name })
  const field = await api.made('/custom_fields', { label: 'Word', category: 'contact', data_type: 'text' })
  return {
    pipelineId: pipeline.id,
    stageIds: stages.map(({ id }) => id),
    customField: String(field.key),
  }
}

/** As a minute later, when nobody can be working any more on the keyed writes that were cut off. */
export async function letClaimsRunOut({ directory, url }: OpenEngine): Promise<void> {
  const engine = await openEngine({ dataDirectory: directory, databaseUrl: url })
  await engine.transaction((tx) => tx.updateTable('idempotency_keys').set({ claimed_until: 0 }).execute())
  await engine.close()
}

/** What nobody stands for and is still there a day later, when it has been tidied up. */
export async function leftAfterTidying(storage: OpenEngine): Promise<string[]> {
  const incoming = join(storage.directory, 'files', 'incoming')
  const spooled = () => readdir(incoming).catch(() => [])
  for (const name of await spooled()) await utimes(join(incoming, name), 1, 1)
  const running = await serve(storage)
  await running.engine.transaction((tx) =>
    tx.updateTable('loose_contents').set({ removable_at: 1 }).execute(),
  )
  await running.files.tidy()
  await running.publisher.publishAll()
  const loose = await running.engine.reader.selectFrom('loose_contents').select('content_id').execute()
  await running.stop()
  return [
    ...(await spooled()).map((name) => `the spooled ${name} is still there`),
    ...loose.map(({ content_id }) => `the content ${content_id} is still loose`),
    ...(await disagreements(storage)),
  ]
}

function serve({ directory, url }: OpenEngine) {
  return start(
    readConfig({
      PORT: '0',
      HOST: '127.0.0.1',
      LATCHKEY_DATA: directory,
      LOG_LEVEL: 'silent',
      WEBHOOKS_ALLOW_PRIVATE: 'true',
      ...(url ? { DATABASE_URL: url } : {}),
    }),
  )
}
