import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Secrets } from '../secrets.ts'
import type { Engine } from '../storage/engine.ts'
import { bucketStore } from './bucket-store.ts'
import type { ContentStore } from './content-store.ts'
import { diskStore } from './disk-store.ts'
import { type Sign, signer } from './links.ts'
import { looseContents } from './loose-contents.ts'
import { createSpool, type Spool, type SpooledFile } from './spool.ts'

/** The bytes of uploaded files: how they come in, where they lie, and what is tidied up. */
export interface Files {
  /** Bytes of the largest file that is taken. */
  readonly largest: number
  readonly sign: Sign
  readonly spool: Spool
  readonly open: ContentStore['open']
  /**
   * Stores the bytes of uploads, which a record is then to take in its own transaction. Where that fails, what
   * the storage may still do with them is waited out for a day, and then they are removed.
   * @throws ApiError storage_full, storage_unavailable, storage_refused
   */
  keep(accountId: string, uploads: readonly SpooledFile[]): Promise<void>
  /** Removes the bytes of those uploads that no record has taken. */
  settle(accountId: string, uploads: readonly SpooledFile[]): Promise<void>
  /** Removes what crashes and replacements have left. */
  tidy(): Promise<void>
  /** Begins to tidy in the background. */
  start(): void
  stop(): Promise<void>
}

/** The part of a logger that is needed here. */
interface Log {
  error(details: object, message: string): void
}

export interface FilesOptions {
  engine: Engine
  config: Pick<Config, 'dataDirectory' | 'bucket' | 'largestFile'>
  secrets: Secrets
  log: Log
  store?: ContentStore
  /** Milliseconds since 1970. */
  now?: () => number
}

const tidyEveryMs = 600_000

/** The storage that the configuration names: a bucket, or the data directory. */
export function storeFor({ dataDirectory, bucket }: Pick<Config, 'dataDirectory' | 'bucket'>): ContentStore {
  return bucket ? bucketStore(bucket) : diskStore(join(dataDirectory, 'files'))
}

export function createFiles(options: FilesOptions): Files {
  const { engine, config, secrets, log, store = storeFor(config), now = Date.now } = options
  const spool = createSpool(join(config.dataDirectory, 'files', 'incoming'), config.largestFile)
  const loose = looseContents(engine)
  let timer: NodeJS.Timeout | undefined
  let tidying = Promise.resolve()

  async function remove(accountId: string, contentId: string): Promise<void> {
    // The row goes last: without it nobody would know of the bytes.
    await store.remove(contentId)
    await loose.forget(accountId, contentId)
  }

  async function tidy(): Promise<void> {
    await spool.tidy(now())
    for (;;) {
      const removable = await loose.removable(now())
      if (removable.length === 0) return
      for (const { accountId, contentId } of removable) await remove(accountId, contentId)
    }
  }

  const tidyNext = () => {
    tidying = tidying
      .then(tidy)
      .catch((error) =>
        log.error({ err: error }, 'Files that nobody needs could not be removed; it is tried again.'),
      )
    return tidying
  }

  return {
    largest: config.largestFile,
    sign: signer(secrets),
    spool,
    open: store.open,
    async keep(accountId, uploads) {
      await loose.add(
        accountId,
        uploads.map(({ contentId }) => contentId),
        now(),
      )
      for (const upload of uploads) await store.put(upload)
    },
    async settle(accountId, uploads) {
      try {
        const ids = uploads.map(({ contentId }) => contentId)
        for (const contentId of await loose.among(accountId, ids)) await remove(accountId, contentId)
      } catch (error) {
        log.error(
          { err: error, account: accountId },
          'The bytes of an upload that failed could not be removed; it is tried again.',
        )
      }
    },
    tidy,
    start() {
      if (timer) return
      timer = setInterval(tidyNext, tidyEveryMs).unref()
      tidyNext()
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      await tidying
      store.close()
    },
  }
}
