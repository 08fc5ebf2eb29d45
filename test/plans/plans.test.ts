import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import pg from 'pg'
import { openAccounts } from '../../bench/prepared.ts'
import { readConfig } from '../../server/config.ts'
import { prepareDemo } from '../../server/demo/demo.ts'
import { type Running, start } from '../../server/main.ts'
import type { Resource } from '../../server/resource-layer/resource.ts'
import { operations, resources } from '../../server/resources/operations.ts'
import { forEachEngine, type OpenEngine } from '../support/engines.ts'
import { goesTo, readingTooMuch, readWhole } from './judge.ts'
import { few, sorted, walked } from './left.ts'
import { type Plan, type Planner, postgresPlanner, sqlitePlanner } from './plan.ts'
import { type Asked, type CustomField, listRequests, parametersOf } from './requests.ts'
import { type Sent, sentBy } from './statements.ts'

/**
 * How the engines run whatever the API and the loops of a server ask. Nothing may read rows in number as there are,
 * nor those of other accounts; and in a long list of one account a filter goes to its rows and an order comes from an
 * index, but for those of `left.ts`, where it is said what bounds them instead.
 */
forEachEngine((engine) => {
  let storage: OpenEngine
  let running: Running
  let planner: Planner
  let headers: Record<string, string>
  let customFields: CustomField[]
  /** Without a row, of which no planner can be made believe anything. */
  let empty: ReadonlySet<string> = new Set()
  const atStart: Sent[] = []
  const plans = new Map<string, Plan | null>()
  /** The tables of pages that PostgreSQL plans once. */
  const plannedOnce = new Set<string>()

  before(async () => {
    storage = await engine.open()
    const config = readConfig({
      LATCHKEY_DATA: storage.directory,
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'silent',
      ...(storage.url ? { DATABASE_URL: storage.url } : {}),
    })
    const { apiKey } = await prepareDemo(config, {
      seed: 1,
      tasks: 100,
      accounts: 3,
      today: new Date().toISOString().slice(0, 10),
    })
    // The copies are without a history, so it is the original that is asked.
    await openAccounts(storage, 3)
    headers = { authorization: `Bearer ${apiKey}` }
    if (storage.url) empty = await seemLarge(storage.url)
    planner = storage.url
      ? await postgresPlanner(storage.url)
      : sqlitePlanner(join(storage.directory, 'latchkey.db'))
    atStart.push(
      ...(await sentBy(async () => {
        running = await start(config)
        await running.publisher.publishAll()
      })),
    )
    const known = (await read('/custom_fields?per_page=200')).data as CustomField[]
    // One of each kind in each category.
    customFields = [...Map.groupBy(known, kindOf)].flatMap(([kind, [first]]) =>
      first && !kind.endsWith(' other') ? [first] : [],
    )
  })
  after(async () => {
    await planner.close()
    await running.stop()
  })

  it('a server reads no more at its start than it needs', async () => {
    assert.ok(atStart.length > 20)
    assert.deepEqual(await tooMuch(atStart, 'the start', new Set([...empty, ...readWhole])), [])
  })

  it('no list reads rows of other accounts, whatever it is narrowed and ordered by', async () => {
    const problems: string[] = []
    for (const resource of resources.filter((one) => one.operations.includes('list')))
      for (const asked of requestsOf(resource)) problems.push(...(await problemsOf(resource, asked)))
    assert.deepEqual(problems, [])
    assert.equal(plannedOnce.has('contacts') && plannedOnce.has('tasks'), engine.name === 'postgres')
  })

  it('no parameter of a list is left out of that', () => {
    const all = operations(unread)
    for (const resource of resources.filter((one) => one.operations.includes('list'))) {
      const list = all.find(({ method, path }) => method === 'GET' && path === `/${resource.name}`)
      const documented = new Set(
        list?.parameters.map(({ name }) => name.replace(/\[(gt|lte|lt)\]$/, '[gte]')),
      )
      assert.ok(documented.size > 8, `${documented.size} parameters of ${resource.name}`)
      const asked = parametersOf(listRequests(resource, customFields))
      assert.deepEqual([...documented.difference(asked)], [], resource.name)
    }
  })

  it('no other reading operation does', async () => {
    const ids = await oneIdOfEach()
    const paths = operations(unread)
      .filter(({ method, path }) => method === 'GET' && !path.startsWith('/events/stream'))
      .flatMap(({ path }) => filled(path, ids) ?? [])
    assert.ok(paths.length > 200, `${paths.length} paths`)
    const problems: string[] = []
    for (const path of paths)
      problems.push(...(await tooMuch(await sentBy(async () => void (await get(path))), path)))
    assert.deepEqual(problems, [])
  })

  it('no write does', async () => {
    const made = await sentBy(async () => {
      const contact = await send('POST', '/contacts', {
        full_name: 'Ada Elm',
        email: 'ada@example.com',
        tags: ['a'],
      })
      await send('PATCH', `/contacts/${contact}`, { last_name: 'Oak' })
      const task = await send('POST', '/tasks', { name: 'Call', due_at: '2026-12-01T00:00:00Z' })
      await send('PATCH', `/tasks/${task}`, { completed_at: '2026-12-01T00:00:00Z' })
      await send('PUT', '/tasks/by_external_id/ledger/T-1', { name: 'Call again' })
      for (const path of [`/tasks/${task}`, `/contacts/${contact}`]) await send('DELETE', path)
      await send('POST', `/tasks/${task}/restore`)
      await running.publisher.publishAll()
      await turn()
    })
    assert.deepEqual(await tooMuch(made, 'a write'), [])
  })

  it('would find what reads all', async () => {
    const all = await planOf({
      text: `select id from tasks where description = 'x'`,
      values: [],
      isPlannedOnce: false,
    })
    assert.ok(all)
    assert.deepEqual(
      readingTooMuch(all, empty).map(({ table }) => table),
      ['tasks'],
    )
    assert.equal(goesTo(all, 'tasks'), false)
  })

  /** PostgreSQL takes long to plan: of what there are few the plain lists are enough there. */
  function requestsOf(resource: Resource): Asked[] {
    const all = listRequests(resource, customFields)
    return engine.name === 'postgres' && isShort(resource) ? all.slice(0, 6) : all
  }

  async function problemsOf(resource: Resource, asked: Asked): Promise<string[]> {
    const sent = await sentBy(async () => {
      const { meta } = await read(asked.path)
      if (asked.isFollowed && !isShort(resource) && meta.next_cursor)
        await read(`${asked.path}&cursor=${meta.next_cursor}`)
    })
    const problems = await tooMuch(sent, asked.path)
    if (isShort(resource)) return problems
    // A small PostgreSQL rightly reads a short table as it comes; its indexes are those of SQLite.
    const isJudged = engine.name === 'sqlite' || longOnPostgres.has(resource.name)
    for (const statement of sent.filter(({ text }) => isPage(text, resource.name))) {
      const plan = await planOf(statement)
      if (!plan) continue
      if (statement.isPlannedOnce) plannedOnce.add(resource.name)
      if (statement.isPlannedOnce && plan.sorts) problems.push(`${asked.path} is quick, and sorted`)
      const { filter, sort } = asked
      if (sort && plan.sorts && !sorted[resource.name]?.includes(sort))
        problems.push(`${asked.path} is sorted`)
      const isWalk = isJudged && filter !== undefined && !goesTo(plan, resource.name)
      if (isWalk && !walked[resource.name]?.includes(filter))
        problems.push(`${asked.path} walks: ${plan.text}`)
    }
    return problems
  }

  /** Each statement is told of once, with the first that sent it. */
  async function tooMuch(sent: readonly Sent[], what: string, exempt = empty): Promise<string[]> {
    const problems: string[] = []
    for (const statement of sent.filter(({ text }) => !plans.has(text))) {
      const plan = await planOf(statement)
      if (plan && readingTooMuch(plan, exempt).length > 0)
        problems.push(`${what} reads too much:\n${statement.text}\n${plan.text}`)
    }
    return problems
  }

  async function planOf(sent: Sent): Promise<Plan | null> {
    const known = plans.get(sent.text)
    if (known !== undefined) return known
    const plan = await planner.plan(sent)
    plans.set(sent.text, plan)
    return plan
  }

  async function read(path: string): Promise<Page> {
    return JSON.parse(await get(path))
  }

  async function get(path: string): Promise<string> {
    const answer = await fetch(`${running.url}/rest${path}`, { headers })
    const text = await answer.text()
    assert.ok(answer.status < 300 || answer.status === 404, `${path}: ${answer.status} ${text.slice(0, 300)}`)
    return text
  }

  async function send(method: string, path: string, body?: object): Promise<string> {
    const answer = await fetch(`${running.url}/rest${path}`, {
      method,
      headers: {
        ...headers,
        'idempotency-key': `${method} ${path}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${text.slice(0, 300)}`)
    return text === '' ? '' : String((JSON.parse(text) as { data?: { id?: string } }).data?.id)
  }

  async function oneIdOfEach(): Promise<Map<string, string>> {
    const ids = new Map<string, string>()
    for (const { name } of resources) {
      const answer = await fetch(`${running.url}/rest/${name}?per_page=1`, { headers })
      const { data } = (await answer.json()) as { data: { id: string }[] }
      ids.set(name, data[0]?.id ?? '0197a1c2-0000-7c3a-9d40-000000000001')
    }
    return ids
  }
})

interface Page {
  data: unknown[]
  meta: { next_cursor: string | null }
}

function kindOf({ category, data_type }: CustomField): string {
  return `${category} ${['text', 'number'].includes(data_type) ? data_type : 'other'}`
}

const longOnPostgres = new Set(['tasks', 'deals', 'contacts', 'processes', 'notes'])

function isShort({ name, setup }: Resource): boolean {
  return Boolean(setup) || few.has(name)
}

function isPage(text: string, table: string): boolean {
  return text.includes(`from "${table}"`) && text.includes('limit') && text.includes('sort_value')
}

/** With an id of the resource that the path begins with, and any for the others. */
function filled(path: string, ids: ReadonlyMap<string, string>): string | null {
  const own = ids.get(path.split('/')[1] ?? '')
  return path
    .replace('{id}', own ?? '')
    .replace('{name}', 'deal.created')
    .replace('{source}', 'ledger')
    .replace('{external_id}', 'T-1')
    .replaceAll(/\{(\w+)_id\}/g, (_, name: string) => ids.get(`${name}s`) ?? own ?? '')
}

/**
 * Makes the planner of PostgreSQL take the small database for a thousand times as large.
 * @returns the tables without rows, of which it cannot be made believe anything
 */
async function seemLarge(url: string): Promise<Set<string>> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('analyze')
  const own = `relnamespace = current_schema()::regnamespace`
  await client.query(`update pg_class set reltuples = reltuples * 1000 where reltuples > 0 and ${own}`)
  const { rows } = await client.query(
    `select relname from pg_class where reltuples <= 0 and relkind = 'r' and ${own}`,
  )
  await client.end()
  return new Set(rows.map(({ relname }) => String(relname)))
}

/** The operations are looked at, and none of them runs. */
function unread(): never {
  throw new Error('not called')
}
