import type { Engine } from '../../server/storage/engine.ts'
import { openEngine } from '../../server/storage/open.ts'
import type { OpenEngine } from '../support/engines.ts'
import { changesAgree, eventsAgree, versionsAgree } from './changes.ts'
import { deliveriesAgree, keyedAnswersAgree } from './deliveries.ts'
import { filesAgree } from './files.ts'
import { integrity } from './integrity.ts'
import { countsAgree, linksAgree, lookupsAgree, searchAgrees, staysAgree } from './records.ts'
import { type Account, rowsOf } from './rows.ts'

/**
 * Says, a sentence each, where what is kept of a stopped server disagrees with itself: what is derived with what
 * it is derived from, the engine's own structures, and the files with the rows that name them.
 */
export async function disagreements(storage: OpenEngine, options: Options = {}): Promise<string[]> {
  const engine = await openEngine({ dataDirectory: storage.directory, databaseUrl: storage.url })
  try {
    return await disagreementsIn(engine, storage.directory, options)
  } finally {
    await engine.close()
  }
}

/** The same of what `engine` reads. @param directory that of the data */
export async function disagreementsIn(
  engine: Engine,
  directory: string,
  { withoutHistory = new Set() }: Options = {},
): Promise<string[]> {
  const found = await integrity(engine)
  for (const { id } of await rowsOf(engine, 'accounts')) {
    const accountId = String(id)
    const hasHistory = !withoutHistory.has(accountId)
    for (const check of checks) found.push(...(await check({ engine, accountId, hasHistory, directory })))
  }
  return found
}

interface Options {
  /** Accounts whose records came without what led to them, as the copies of the demo company do. */
  withoutHistory?: ReadonlySet<string>
}

type Check = (account: Account) => Promise<string[]>

/** Whatever else is kept beside what it follows from belongs here. */
const checks: readonly Check[] = [
  countsAgree,
  searchAgrees,
  lookupsAgree,
  linksAgree,
  staysAgree,
  versionsAgree,
  changesAgree,
  eventsAgree,
  deliveriesAgree,
  keyedAnswersAgree,
  filesAgree,
]
