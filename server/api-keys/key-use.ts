import type { Transaction } from 'kysely'
import type { Engine } from '../storage/engine.ts'
import type { Tables } from '../storage/tables.ts'
import { createDays } from './days.ts'

/** Keeps when, from where and how often each key was used, without a write on any request. */
export interface KeyUse {
  /** Remembers a request that came with a key. */
  noteUse(key: UsedKey, request: { at: number; address: string | null }): void
  /** Begins to write what was noted to the database every few seconds, so that who tries a key sees it soon. */
  start(): void
  /** Writes what is still unwritten, and ends. */
  stop(): Promise<void>
}

export interface UsedKey {
  accountId: string
  keyId: string
  settings: { timeZone: string }
}

/** The part of a logger that is needed here. */
export interface Log {
  error(details: object, message: string): void
}

const flushEveryMs = 10_000
/** A long transaction would be in the way of the writes of people. */
const keysAtOnce = 200
const day = 24 * 60 * 60_000
const keptDays = 90

export function createKeyUse(engine: Engine, log: Log): KeyUse {
  let noted = new Map<string, Use>()
  const days = createDays()
  let timer: NodeJS.Timeout | undefined
  let flushing = Promise.resolve()
  let tidiedAt = 0

  async function flush(): Promise<void> {
    const uses = [...noted.values()]
    // What is noted from here on is for the next time.
    noted = new Map()
    try {
      while (uses.length > 0) {
        await engine.transaction((tx) => store(tx, uses.slice(0, keysAtOnce)))
        uses.splice(0, keysAtOnce)
      }
    } catch (error) {
      for (const use of uses) noted.set(use.keyId, merged(use, noted.get(use.keyId)))
      log.error({ err: error }, 'The use of keys could not be written; it is tried again.')
    }
  }

  async function tidy(): Promise<void> {
    const at = Date.now()
    if (at - tidiedAt < day) return
    tidiedAt = at
    // A day more, because the days of accounts begin and end at other times than this one.
    const oldest = days.of(at - (keptDays + 1) * day, 'UTC')
    await engine
      .transaction((tx) => tx.deleteFrom('api_key_days').where('day', '<', oldest).execute())
      .catch((error) => log.error({ err: error }, 'Old counts of the use of keys could not be removed.'))
  }

  function flushNext(): Promise<void> {
    flushing = flushing.then(flush)
    return flushing
  }

  return {
    noteUse({ accountId, keyId, settings }, { at, address }) {
      const day = days.of(at, settings.timeZone)
      const known = noted.get(keyId)
      if (!known) {
        noted.set(keyId, { accountId, keyId, at, address, requests: new Map([[day, 1]]) })
        return
      }
      known.requests.set(day, (known.requests.get(day) ?? 0) + 1)
      if (at >= known.at) Object.assign(known, { at, address })
    },
    start() {
      timer ??= setInterval(() => {
        flushNext()
        flushing = flushing.then(tidy)
      }, flushEveryMs).unref()
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      await flushNext()
    },
  }
}

/** The last use of a key, and how many requests of each day are not written yet. */
interface Use {
  accountId: string
  keyId: string
  at: number
  address: string | null
  requests: Map<string, number>
}

function merged(use: Use, other: Use | undefined): Use {
  if (!other) return use
  for (const [day, count] of use.requests) other.requests.set(day, (other.requests.get(day) ?? 0) + count)
  if (use.at > other.at) Object.assign(other, { at: use.at, address: use.address })
  return other
}

/** Several nodes note the same key: the latest use counts whoever writes last, and their requests add up. */
async function store(tx: Transaction<Tables>, uses: Use[]): Promise<void> {
  for (const { accountId, keyId, at, address, requests } of uses) {
    await tx
      .updateTable('api_keys')
      .set({ last_used_at: at, last_used_address: address })
      .where('account_id', '=', accountId)
      .where('id', '=', keyId)
      .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', at)]))
      .execute()
    for (const [day, count] of requests) {
      await tx
        .insertInto('api_key_days')
        .columns(['account_id', 'key_id', 'day', 'requests'])
        // Of a key that was revoked meanwhile nothing is kept.
        .expression((from) =>
          from
            .selectFrom('api_keys')
            .select((on) => ['account_id', 'id', on.val(day).as('day'), on.val(count).as('requests')])
            .where('account_id', '=', accountId)
            .where('id', '=', keyId),
        )
        .onConflict((conflict) =>
          conflict.columns(['account_id', 'key_id', 'day']).doUpdateSet((on) => ({
            requests: on('api_key_days.requests', '+', on.ref('excluded.requests')),
          })),
        )
        .execute()
    }
  }
}
