import {
  CompiledQuery,
  type Kysely,
  type RawBuilder,
  type SelectQueryBuilder,
  type Transaction,
} from 'kysely'
import { noteGrowth } from './commits.ts'
import { dialectOf } from './dialect-of.ts'
import { unawaited } from './direct-transaction.ts'
import { idIn } from './id-in.ts'
import { newId } from './ids.ts'
import { markBy } from './outcome.ts'
import { count, countOf, countWithin } from './record-counts.ts'
import { type Quick, quickOn, type RowsIn, rowsIn } from './rows-in.ts'
import { contains, indexSearchText } from './search-index.ts'
import { change as changing, insertion, removal } from './statements.ts'
import type { Tables } from './tables.ts'

export type Value = string | number | null
export type Row = Record<string, Value>
export type Select = SelectQueryBuilder<Rows, string, Row>

/** Who makes a change: a signed-in user, a key, or Latchkey itself. */
export interface Actor {
  kind: 'user' | 'key' | 'system'
  id: string | null
}

/** Where a request came from, as the audit log and the mails to admins tell it. */
export interface Origin {
  address: string | null
  userAgent: string | null
  requestId: string | null
}

/** One entry of the change log: what happened to which record. */
export interface Change {
  resource: string
  recordId: string
  action: string
  /** By field: the old and the new value as stored. */
  changed: Record<string, [Value, Value]>
}

/** What is done to a row. */
export type Act = 'create' | 'update' | 'delete' | 'restore' | 'reassign' | 'export'

/** What a credential may see and do of its account. */
export interface Sight {
  /** Narrows a query on a table to the rows that may be seen; `store` has the same sight. */
  narrow(query: Select, table: string, store: AccountStore): Select
  /**
   * @param row null before it is known what a new row will be
   * @throws ApiError forbidden, insufficient_scope
   */
  permit(act: Act, table: string, row: Row | null): void
  /** What was kept of rows of these tables, without what it shows of rows that may not be seen. */
  withoutUnseen(all: readonly (Kept & { table: string })[], store: AccountStore): Promise<Kept[]>
}

/** A record as it was read, and changes of it by name. */
export interface Kept {
  record: Record<string, unknown> | null
  changed: Record<string, unknown>
}

/**
 * The rows of one account, or those of them that a credential may see: every query begins here, so none can
 * show more. Whoever holds it can neither read nor name another account.
 */
export interface AccountStore {
  readonly accountId: string
  /** Null where everything is seen. */
  readonly sight: Sight | null
  /** The same rows of the account, seen by somebody else; null sees all. */
  seenBy(sight: Sight | null): AccountStore
  /** A query on a table, narrowed to the account and to what may be seen. */
  from(table: string): Select
  /** The same with a second table of the account, met where `left` equals `right`. */
  joined(table: string, other: string, left: string, right: string): Select
  /** A query on the rows that another query of the store gives, under a name. */
  fromRows(query: Select, name: string): Select
  /** Whether the search text of a row of the table contains the word, which is in its search form. */
  contains(table: string, word: string): RawBuilder<boolean>
  /** The rows whose `column` is one of the values, in no order. What a page asks for many times costs least this way. */
  rowsIn(asked: RowsIn): Promise<Row[]>
  /** The rows of a query that goes the way of `engine.quick`. */
  quickRows(query: Select): Promise<Row[]>
  /** Whether the `id` of a row is one of those that a query finds, as SQL: few, and found first. */
  idIn(query: Select): RawBuilder<boolean>
  /** How many rows of a table are not deleted, whose every change is in the change log; without a count where there is a sight. */
  countOf(table: string): Promise<number | null>
  /** The same within a query, for where a page of them ends; null without a count. */
  countWithin(table: string): RawBuilder<number> | null
  /** The row of that id, deleted or not, or null. */
  find(table: string, id: string): Promise<Row | null>
}

/** The same inside a write transaction. */
export interface AccountWriter extends AccountStore {
  /** The same transaction with sight of all, for what must stay whole whoever writes. */
  readonly whole: AccountWriter
  /** The time of the transaction in milliseconds since 1970: one write, one time. */
  readonly at: number
  readonly actor: Actor
  /** Where it was asked for. */
  readonly origin: Origin
  /** An id for a new row. */
  newId(): string
  insert(table: string, rows: Row | Row[]): Promise<void>
  /** Inserts those rows, few and without search text, whose keys nobody has taken; returns whether that is all of them. */
  insertNew(table: string, rows: Row[]): Promise<boolean>
  /** Changes the rows whose columns equal `where`. */
  update(table: string, where: Row, set: Row): Promise<void>
  /** The same, and returns how many there are, for which the database has to be waited for. */
  updateCounted(table: string, where: Row, set: Row): Promise<number>
  remove(table: string, where: Row): Promise<void>
  /** Appends to the change log, from which history, events and live updates come. */
  log(change: Change): Promise<void>
}

type Rows = Record<string, Row>
type Unscoped = Kysely<Rows>

export function accountStore(
  database: Kysely<Tables>,
  accountId: string,
  sight: Sight | null = null,
  quick: Quick = quickOn(database),
): AccountStore {
  const rows = database as unknown as Unscoped
  const seen = (query: Select, table: string) => sight?.narrow(query, table, store) ?? query
  const store: AccountStore = {
    accountId,
    sight,
    seenBy: (other) => accountStore(database, accountId, other, quick),
    from: (table) => seen(rows.selectFrom(table).where(`${table}.account_id`, '=', accountId), table),
    joined(table, other, left, right) {
      const query = rows
        .selectFrom(table)
        .innerJoin(other, (join) =>
          join
            .onRef(`${other}.account_id`, '=', `${table}.account_id`)
            .onRef(`${table}.${left}`, '=', `${other}.${right}`),
        )
        .where(`${table}.account_id`, '=', accountId) as unknown as Select
      return seen(seen(query, table), other)
    },
    fromRows: (query, name) => rows.selectFrom(query.as(name)) as unknown as Select,
    contains: (table, word) => contains(database, accountId, table, word),
    async rowsIn(asked) {
      const { table, columns, column, values } = asked
      if (values.length === 0) return []
      if (!sight) return rowsIn(quick, accountId, asked)
      return store
        .from(table)
        .select(columns.map((name) => `${table}.${name}`))
        .where(`${table}.${column}`, 'in', values)
        .execute()
    },
    async quickRows(query) {
      const { sql, parameters } = query.compile()
      return quick.quick({ sqlite: sql, postgres: sql }, parameters)
    },
    idIn: (query) => idIn(database, query),
    countOf: async (table) => (sight ? null : countOf(quick, accountId, table)),
    countWithin: (table) => (sight ? null : countWithin(accountId, table)),
    async find(table, id) {
      const row = await store.from(table).selectAll().where(`${table}.id`, '=', id).executeTakeFirst()
      return row ?? null
    },
  }
  return store
}

/** How a writer is bound, beside the account. */
export interface WriterContext {
  /** Milliseconds since 1970. */
  at: number
  actor: Actor
  requestId: string | null
  /** Where the request came from; without it that is not known. */
  origin?: Origin
  newId?: () => string
  /** What the writer may see and do; everything unless it says otherwise. */
  sight?: Sight | null
  /** What is written happened long ago: it is in the change log, and nobody is told of it by an event. */
  isHistory?: true
}

export function accountWriter(
  tx: Transaction<Tables>,
  accountId: string,
  context: WriterContext,
): AccountWriter {
  const rows = tx as unknown as Unscoped
  const makeId = context.newId ?? newId
  const keepSearch = async (table: string, id: Value | undefined, searchText: Value | undefined) => {
    if (typeof id !== 'string' || typeof searchText !== 'string') return
    await indexSearchText(tx, { accountId, table, id, searchText })
  }
  const dialect = dialectOf(tx)
  const say = (text: string, parameters: readonly Value[]) =>
    tx.executeQuery(CompiledQuery.raw(text, [...parameters]))
  const insert = (table: string, list: readonly Row[]) => {
    const columns = [...new Set(list.flatMap(Object.keys))]
    const text = insertion(dialect, { table, columns, count: list.length })
    return say(
      text,
      list.flatMap((row) => columns.map((column) => row[column] ?? null)),
    )
  }
  const update = (table: string, where: Row, set: Row) => {
    const changed = withoutAccount(set)
    const meant = { account_id: accountId, ...where }
    const text = changing(dialect, { table, set: Object.keys(changed), where: Object.keys(meant) })
    return say(text, [...Object.values(changed), ...Object.values(meant)])
  }
  const { sight = null } = context
  const writer: AccountWriter = {
    ...accountStore(tx, accountId, sight),
    get whole() {
      return sight ? accountWriter(tx, accountId, { ...context, sight: null }) : writer
    },
    at: context.at,
    actor: context.actor,
    origin: context.origin ?? { address: null, userAgent: null, requestId: context.requestId },
    newId: makeId,
    async insert(table, given) {
      const list: Row[] = (Array.isArray(given) ? given : [given]).map((row) => ({
        ...row,
        account_id: accountId,
      }))
      // PostgreSQL takes at most 65,535 parameters in a statement, SQLite 32,766.
      const columns = Object.keys(list[0] ?? {}).length
      const atOnce = Math.max(1, Math.floor(30_000 / Math.max(1, columns)))
      for (let first = 0; first < list.length; first += atOnce)
        await unawaited(tx, insert(table, list.slice(first, first + atOnce)))
      const [first] = list
      if (first && appended.has(table)) markBy(tx, { table, row: first, ...markedById })
      for (const row of list) await keepSearch(table, row.id, row.search_text)
    },
    async insertNew(table, list) {
      if (list.length === 0) return true
      const { numInsertedOrUpdatedRows } = await rows
        .insertInto(table)
        .values(list.map((row) => ({ ...row, account_id: accountId })))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow()
      return Number(numInsertedOrUpdatedRows) === list.length
    },
    async update(table, where, set) {
      await unawaited(tx, update(table, where, set))
      await keepSearch(table, where.id, set.search_text)
    },
    async updateCounted(table, where, set) {
      const { numAffectedRows } = await update(table, where, set)
      await keepSearch(table, where.id, set.search_text)
      return Number(numAffectedRows)
    },
    async remove(table, where) {
      const rows = { account_id: accountId, ...where }
      const text = removal(dialect, { table, where: Object.keys(rows) })
      await unawaited(tx, say(text, Object.values(rows)))
    },
    async log(change) {
      const id = makeId()
      const row = {
        account_id: accountId,
        id,
        occurred_at: context.at,
        resource: change.resource,
        record_id: change.recordId,
        action: change.action,
        actor_kind: context.actor.kind,
        actor_id: context.actor.id,
        request_id: context.requestId,
        changed: JSON.stringify(change.changed),
      }
      await unawaited(tx, insert('changes', [row]))
      markBy(tx, { table: 'changes', row, ...markedById })
      if (context.isHistory) return count(tx, accountId, [change])
      await unawaited(tx, insert('unpublished_changes', [{ account_id: accountId, change_id: id }]))
      noteGrowth(tx, accountId)
    },
  }
  return writer
}

/** Whose rows have ids of their own and stay, whatever else the transaction does. */
const appended = new Set(['audit_entries', 'events', 'webhook_deliveries'])
const markedById = { key: ['account_id', 'id'], own: 'id' } as const

function withoutAccount(set: Row): Row {
  const { account_id: _, ...rest } = set
  return rest
}
