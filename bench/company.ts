import { readConfig } from '../server/config.ts'
import { prepareDemo } from '../server/demo/demo.ts'
import { openEngine } from '../server/storage/open.ts'
import { type DatabaseProcess, databaseProcess } from './database-process.ts'
import { type Server, type Storage, startServer } from './server.ts'

/** The demo company, with a key that no budget stops. */
export interface Company {
  storage: Storage
  key: string
  /** The PostgreSQL, where it can be seen from here. */
  database: DatabaseProcess | null
  serve(): Promise<Server>
}

/** Above every number of requests that can be answered in a minute. */
const noBudget = 2_000_000_000

/** Makes the company where the storage is empty. */
export async function openCompany(storage: Storage, tasks: number): Promise<Company> {
  const config = readConfig({
    LATCHKEY_DATA: storage.directory,
    ...(storage.url ? { DATABASE_URL: storage.url } : {}),
  })
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
  return {
    storage,
    key: apiKey,
    database: await databaseProcess(storage.url),
    serve: () => startServer(storage),
  }
}
