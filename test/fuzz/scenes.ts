import type { Resource } from '../../server/resource-layer/resource.ts'
import { setUpOf } from '../../server/sandbox/set-up.ts'
import type { ApiServer } from '../api/server.ts'
import { type Caller, type Credentials, liveKey } from './callers.ts'
import { closedBy } from './closed.ts'
import { type Copy, createCopier } from './copies.ts'
import type { Api } from './document.ts'
import { rowsOf } from './rows.ts'
import { subscribe } from './subscription.ts'
import { type Contents, makeContents, setNames } from './template.ts'
import { beginningOf, wordOf, wordsIn } from './words.ts'

/** Where a sequence of requests is played: an account of its own beside others with the same data. */
export interface Scene {
  caller: Caller
  accountId: string
  credentials: Credentials
  /** What the caller sees of each kind that requests are made about. */
  open: ReadonlyMap<string, readonly string[]>
  /** Every record of a kind that the account began with: those that the caller sees, and the others. */
  recordsOf(kind: string): { open: string[]; closed: string[] }
  hidden: Hidden
  /** Says what has changed in the other accounts since, and what the caller's webhook should not have told. */
  problems(): Promise<string[]>
}

/** What the caller must not see: all of the other accounts, and what is closed to it of its own. */
export interface Hidden {
  ids: ReadonlySet<string>
  /** Those of the words in a text that are of something hidden. */
  wordsIn(text: string): string[]
  idOf(kinds: readonly string[], pick: number): string
  /** A record of the account itself that is closed to the caller, where there is one of that kind. */
  closedOf(kind: string): string | undefined
  /** What finds a word of something hidden. */
  searchAt(pick: number): string
  cursorAt(pick: number): string
}

export type OpenScene = (caller: Caller) => Promise<Scene>

/** Fills an account, and another one that every scene has beside it. */
export async function createScenes(
  server: ApiServer,
  api: Api,
  resources: readonly Resource[],
): Promise<OpenScene> {
  const { engine } = server.running
  const contents = await makeContents(server, api)
  const copy = createCopier(server, contents.rows)
  const setUp = setUpOf(resources).flatMap(({ name }) => idsOf(contents, name))
  let number = 0
  const neighbour = await copy({
    number: ++number,
    name: 'Other Homes',
    people: await otherPeople(server, contents),
    isSubscribed: true,
  })
  const neighbourRows = await rowsOf(engine, neighbour.accountId)
  const cursors = await cursorsOf(server, api)

  return async (caller) => {
    const live = await copy({ number: ++number, name: 'Fuzz Homes', isSubscribed: caller.isTest })
    const sandbox = await copy({
      number: ++number,
      name: 'Fuzz Homes (sandbox)',
      sandboxOf: { live, setUp, createdBy: contents.people.admin },
      isSubscribed: true,
    })
    const [own, sibling] = caller.isTest ? [sandbox, live] : [live, sandbox]
    const limits = caller.limits(contents)
    const closed = closedBy(limits, contents.rows)
    // The audit log tells by id of every webhook, as it does of keys and people.
    const readsAudit = limits.areas === null && limits.isAdmin
    const told = readsAudit ? idsOf(contents, 'webhook_subscriptions') : []
    const credentials = await caller.admit(server, own, contents)
    const open = openOf(contents, own, closed)
    const hidden = hiddenIn({ contents, own, others: [neighbour, sibling], closed, told, cursors })
    const { accountId } = own
    const siblingRows = await rowsOf(engine, sibling.accountId)
    const toldByWebhook = caller.subscribes
      ? await subscribe({
          server,
          accountId,
          caller: credentials,
          admin: await liveKey.admit(server, own, contents),
          open,
          hidden,
        })
      : async () => []
    return {
      caller,
      accountId,
      credentials,
      open,
      recordsOf(kind) {
        const all = idsOf(contents, kind)
        return {
          open: all.filter((id) => !closed.has(id)).map(own.idOf),
          closed: all.filter((id) => closed.has(id)).map(own.idOf),
        }
      },
      hidden,
      async problems() {
        const [siblingNow, neighbourNow] = [
          await rowsOf(engine, sibling.accountId),
          await rowsOf(engine, neighbour.accountId),
        ]
        return [
          ...differences(siblingRows, siblingNow, caller.isTest ? 'the live account' : 'the sandbox'),
          ...differences(neighbourRows, neighbourNow, 'the other company'),
          ...(await toldByWebhook()),
        ]
      },
    }
  }
}

function differences(before: string, after: string, account: string): string[] {
  if (before === after) return []
  const [was, is] = [new Set(before.split('\n')), new Set(after.split('\n'))]
  return [
    ...[...was.difference(is)].map((row) => `${account} had ${row}`),
    ...[...is.difference(was)].map((row) => `${account} has ${row}`),
  ]
}

interface Hiding {
  contents: Contents
  own: Copy
  others: readonly Copy[]
  closed: ReadonlySet<string>
  /** What is closed, and known by its id. */
  told: readonly string[]
  cursors: readonly string[]
}

function hiddenIn({ contents, own, others, closed, told, cursors }: Hiding): Hidden {
  const closedHere = [...closed].filter((id) => !told.includes(id)).map(own.idOf)
  const ids = new Set([...others.flatMap((other) => [...other.ids]), ...closedHere])
  // A sandbox has the ids of its company's set-up.
  for (const id of own.ids) ids.delete(id)
  for (const id of closedHere) ids.add(id)
  const kinds = new Map<string, string[]>()
  for (const [kind, list] of Map.groupBy(idsByKind(contents), ([name]) => name))
    kinds.set(
      kind,
      list
        .flatMap(([, id]) => [own, ...others].map((account) => account.idOf(id)))
        .filter((id) => ids.has(id)),
    )
  const all = [...kinds.values()].flat()
  const closedWords = new Set(
    wordedRecords(contents).flatMap(({ id, word }) => (closed.has(id) ? [word(own.number)] : [])),
  )
  const words = wordedRecords(contents).flatMap(({ word }) => others.map(({ number }) => word(number)))
  const every = [...closedWords, ...words]
  return {
    ids,
    wordsIn: (text) =>
      wordsIn(text).flatMap((word) =>
        word.account === own.number && !closedWords.has(word.text) ? [] : [word.text],
      ),
    idOf(wanted, pick) {
      const fitting = wanted.flatMap((kind) => kinds.get(kind) ?? [])
      const candidates = fitting.length > 0 ? fitting : all
      return candidates[pick % candidates.length] ?? ''
    },
    closedOf: (kind) => kinds.get(kind)?.find((id) => closedHere.includes(id)),
    searchAt: (pick) => beginningOf(every[pick % every.length] ?? ''),
    cursorAt: (pick) => cursors[pick % cursors.length] ?? '',
  }
}

/** By kind, the rows of the template that have an id. */
function idsByKind({ rows }: Contents): [kind: string, id: string][] {
  return [...rows].flatMap(([kind, list]) =>
    list.flatMap(({ id }): [string, string][] => (typeof id === 'string' ? [[kind, id]] : [])),
  )
}

function idsOf({ rows }: Contents, kind: string): string[] {
  return (rows.get(kind) ?? []).map(({ id }) => String(id))
}

function wordedRecords({ records }: Contents) {
  return setNames
    .filter((set) => set !== 'plain')
    .flatMap((set) =>
      Object.entries(records[set]).map(([kind, id]) => ({
        id,
        word: (account: number) => wordOf(account, kind, set),
      })),
    )
}

/** The records that a sequence begins with, those first that nothing is special about. */
function openOf(contents: Contents, own: Copy, closed: ReadonlySet<string>): Map<string, string[]> {
  const open = new Map<string, string[]>()
  for (const set of setNames)
    for (const [kind, id] of Object.entries(contents.records[set]))
      if (!closed.has(id)) open.set(kind, [...new Set([...(open.get(kind) ?? []), own.idOf(id)])])
  return open
}

/** The people of the other company, who are called as those of the first. */
async function otherPeople(server: ApiServer, { people }: Contents): Promise<Map<string, string>> {
  const { accountId, adminId } = server.other
  const person = { name: 'Mia Moss', email: 'mo@example.com', password: 'correct horse battery' }
  const { userId } = await server.running.accounts.addPerson(accountId, { ...person, role: 'member' })
  return new Map([
    [people.admin, adminId],
    [people.member, userId],
  ])
}

/** Cursors into every list of the first account, which no scene is played in. */
async function cursorsOf({ acme }: ApiServer, api: Api): Promise<string[]> {
  const lists = api.operations.filter(
    ({ method, isList, path }) => method === 'GET' && isList && !path.includes('{'),
  )
  const cursors: string[] = []
  for (const { path } of lists) {
    const { body } = await acme.api.get(`${path}?per_page=1`)
    const cursor = (body as { meta?: { next_cursor?: string | null } }).meta?.next_cursor
    if (cursor) cursors.push(cursor)
  }
  return cursors
}
