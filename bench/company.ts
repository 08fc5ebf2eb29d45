import { type Config, readConfig } from '../server/config.ts'
import { prepareDemo } from '../server/demo/demo.ts'
import { start } from '../server/main.ts'
import { openEngine } from '../server/storage/open.ts'
import { type DatabaseProcess, databaseProcess } from './database-process.ts'
import { type Server, type Storage, startServer } from './server.ts'
import { warmUp } from './warm-up.ts'

/** The demo company, with a key that no budget stops. */
export interface Company {
  storage: Storage
  tasks: number
  key: string
  /** The PostgreSQL, where it can be seen from here. */
  database: DatabaseProcess | null
  /** The one process that serves it: it goes on until `stop`. */
  serve(): Promise<Server>
  stop(): Promise<void>
}

/** Above every number of requests that can be answered in a minute. */
export const noBudget = 2_000_000_000

/** Makes the company where the storage is empty. */
export async function openCompany(storage: Storage, tasks: number): Promise<Company> {
  process.stderr.write(`making a company of ${tasks} tasks …\n`)
  const config = configOf(storage)
  const today = new Date().toISOString().slice(0, 10)
  const { apiKey } = await prepareDemo(config, { seed: 1, tasks, today })
  if (apiKey === null) throw new Error('The demo company has no key.')
  const engine = await openEngine(config)
  await engine.transaction((tx) =>
    tx
      .updateTable('account_settings')
      .set({ requests_per_minute: noBudget, records_per_minute: null })
      .execute(),
  )
  await engine.close()
  await settle(config)
  if (storage.url) await warmUp(storage.url)
  let server: Promise<Server> | undefined
  return {
    storage,
    tasks,
    key: apiKey,
    database: await databaseProcess(storage.url),
    serve() {
      server ??= startServer(storage)
      return server
    },
    async stop() {
      const running = server
      server = undefined
      await (await running)?.stop()
    },
  }
}

/** Gives the company's news their events, as its first minutes would. */
async function settle(config: Config): Promise<void> {
  const running = await start({ ...config, host: '127.0.0.1', port: 0, logLevel: 'silent' })
  await running.publisher.publishAll()
  await running.stop()
}

export function configOf({ directory, url }: Storage) {
  return readConfig({ LATCHKEY_DATA: directory, ...(url ? { DATABASE_URL: url } : {}) })
}
