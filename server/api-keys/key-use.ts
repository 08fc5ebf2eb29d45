import type { Engine } from '../storage/engine.ts'

/** Keeps when each key was last used, without a write on any request. */
export interface KeyUse {
  /** Remembers that a key was used. `at` is milliseconds since 1970. */
  noteUse(key: { accountId: string; keyId: string }, at: number): void
  /** Begins to write what was noted to the database once a minute. */
  start(): void
  /** Writes what is still unwritten, and ends. */
  stop(): Promise<void>
}

/** The part of a logger that is needed here. */
export interface Log {
  error(details: object, message: string): void
}

const flushEveryMs = 60_000
/** A long transaction would be in the way of the writes of people. */
const keysAtOnce = 200

export function createKeyUse(engine: Engine, log: Log): KeyUse {
  const noted = new Map<string, Use>()
  let timer: NodeJS.Timeout | undefined
  let flushing = Promise.resolve()

  async function flush(): Promise<void> {
    const uses = [...noted.values()]
    for (let first = 0; first < uses.length; first += keysAtOnce) {
      const batch = uses.slice(first, first + keysAtOnce)
      try {
        await store(engine, batch)
      } catch (error) {
        log.error({ err: error }, 'When keys were last used could not be written; it is tried again.')
        return
      }
      // A use that was noted while its predecessor was being written stays for the next time.
      for (const use of batch) if (noted.get(use.keyId) === use) noted.delete(use.keyId)
    }
  }

  function flushNext(): Promise<void> {
    flushing = flushing.then(flush)
    return flushing
  }

  return {
    noteUse({ accountId, keyId }, at) {
      const known = noted.get(keyId)
      if (!known || known.at < at) noted.set(keyId, { accountId, keyId, at })
    },
    start() {
      timer ??= setInterval(flushNext, flushEveryMs).unref()
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      await flushNext()
    },
  }
}

interface Use {
  accountId: string
  keyId: string
  at: number
}

/** Several nodes note the same key: the latest use counts, whoever writes last. */
async function store(engine: Engine, uses: Use[]): Promise<void> {
  await engine.transaction(async (tx) => {
    for (const { accountId, keyId, at } of uses) {
      await tx
        .updateTable('api_keys')
        .set({ last_used_at: at })
        .where('account_id', '=', accountId)
        .where('id', '=', keyId)
        .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', at)]))
        .execute()
    }
  })
}
