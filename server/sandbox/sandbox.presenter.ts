import { readMainKey } from '../api-keys/index.ts'
import { maskKey } from '../api-keys/key-format.ts'
import { type AccountStore, accountStore } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'

/** What is worth counting at a glance. */
const counted = ['contacts', 'properties', 'deals', 'processes', 'tasks', 'captured_messages'] as const

/** A sandbox as the settings show it; its key to those who may manage it. */
export async function presentSandbox(
  engine: Engine,
  sandbox: Tables['sandboxes'],
  { mayManage, baseUrl }: { mayManage: boolean; baseUrl: string },
) {
  const store = accountStore(engine.reader, sandbox.account_id)
  const key = mayManage ? await readMainKey(store) : null
  return {
    account_id: sandbox.account_id,
    created_at: isoTime(sandbox.created_at),
    reset_at: sandbox.reset_at === null ? null : isoTime(sandbox.reset_at),
    filled_with: sandbox.filled_with,
    state: stateOf(sandbox),
    base_url: baseUrl,
    key: key && { masked: maskKey(key.lastFour, key.kind), last_four: key.lastFour },
    counts: Object.fromEntries(
      await Promise.all(counted.map(async (table) => [table, await countOf(store, table)] as const)),
    ),
  }
}

/** Where whoever filled it has died, it is `unfinished` until somebody resets it. */
function stateOf({ filling_until: until }: Tables['sandboxes']): 'ready' | 'filling' | 'unfinished' {
  if (until === null) return 'ready'
  return until > Date.now() ? 'filling' : 'unfinished'
}

async function countOf(store: AccountStore, table: string): Promise<number> {
  const row = await store
    .from(table)
    .select((on) => on.fn.countAll<number>().as('count'))
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

function isoTime(at: number): string {
  return new Date(at).toISOString()
}
