import type { TSchema } from 'typebox'
import type { ErrorCode } from '../errors/error-codes.ts'
import type { AccountStore, AccountWriter, Row, Select, Value } from '../storage/account-store.ts'
import type { Area, Bounds, PlaceRight } from './access.ts'
import type { SpecialEvent } from './events.ts'
import type { Told } from './told-changes.ts'

export { FieldProblem } from './field-problem.ts'

/**
 * What a resource is, said once: validation, SQL columns, filters, order, search, presentation and the API
 * reference are derived from it. What is special to a resource is plain code in its hooks.
 */
export interface Resource {
  /** Plural, as in the path and the table: `contacts`. */
  name: string
  /** As in the wrapper of a nested body: `contact`. */
  singular: string
  title: string
  description: string
  /** In the order in which an object is read. */
  fields: Readonly<Record<string, Field>>
  /** Kinds of operation that the API offers; the default is all. */
  operations: readonly OperationKind[]
  /** Missing fields are named `deal[pipeline_id]` for a resource whose documented body is wrapped. */
  wrapped: boolean
  /** The part of the API that it belongs to; null for what everybody may read, as far as they may see it. */
  area: Area | null
  /** What decides who may see its records, beside the right to read the area. */
  bounds: Bounds
  /** Part of an account's set-up: a signed-in person needs to be an admin to change it … */
  setup: boolean
  /** … or to have this right in the pipeline or process type that it stands in. */
  managedBy: PlaceRight | null
  /** A signed-in person needs to be an admin even to read it. */
  adminsOnly: boolean
  /** The field that lists are ordered by unless the client says otherwise. */
  defaultOrder: string
  /** Which custom fields its records carry. */
  customFields: CustomFieldCategory | null
  /** A search finds a record through these as well: a deal by the e-mail of its contact. */
  searchThrough: readonly SearchPath[]
  /** What is told of in an event of its own, beside the changes of every record. */
  events: readonly SpecialEvent[]
  /** Whether its changes are in the change log; where they follow from those of others they are not. */
  isLogged: boolean
  hooks: Hooks
}

export type OperationKind = 'list' | 'get' | 'create' | 'update' | 'delete' | 'restore'
export type CustomFieldCategory = 'property' | 'unit' | 'contact' | 'deal' | 'process'

export interface SearchPath {
  /** The table that holds the record's id in the column `own`. */
  table: string
  own: string
  /**
   * Where the words stand: another table, met by the column `other` of this one at its own `key`, which is
   * `id` unless it says otherwise. Without it, `table` itself.
   */
  to?: { table: string; other: string; key?: string }
}

/** Plain code of a resource that the declaration does not cover. */
export interface Hooks {
  /** Brings the fields of a body into the declared form, such as unit fields that came flat. */
  reshape?(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  /** Checks or completes a row before it is written; adds to `draft.problems` or throws ApiError. */
  beforeWrite?(draft: Draft): void | Promise<void>
  /**
   * Throws ApiError where the record must not go. Gets the parameters of the request, and a writer with sight of
   * all, since what goes along must go whoever asks.
   */
  beforeDelete?(writer: AccountWriter, row: Row, parameters: Readonly<Record<string, string>>): Promise<void>
  /** Throws ApiError where the record must not come back. Its writer has sight of all as well. */
  beforeRestore?(writer: AccountWriter, row: Row): Promise<void>
}

/** A value inside a row by which the row can be found: an e-mail of a contact, a custom field. */
export interface Lookup {
  words: string | null
  number: number | null
}

export interface Field {
  description: string
  example?: unknown
  /** As it is read. */
  schema: TSchema
  /** The SQL columns it owns. */
  columns: readonly string[]
  /** The columns' values on creation when the client says nothing. */
  initial?: Row
  /** Shown only when a request carries this flag, such as `include_custom_fields`. */
  flag?: string
  /** One of the two gives the value that is read; a field with neither is write-only. */
  present?(row: Row, context: ReadContext): unknown
  /** For values that stand elsewhere: one query for a page of rows, then a value for each. */
  load?(rows: readonly Row[], context: ReadContext): Promise<(row: Row) => unknown>
  /**
   * It shows something of the rows of another table. `without` is how a value reads that was kept, such as in an
   * event, for those who do not see these rows.
   */
  shows?: { table: string; without(value: unknown): unknown }
  write?: FieldWrite
  filters?: readonly Filter[]
  sort?: SortKey
  /** How its changes are told in events and histories; by default as it is read. */
  told?: readonly Told[]
  /** The words by which a search finds the record. */
  search?(row: Row): readonly (string | null)[]
  /** What the `lookups` of the record hold of it, by their name; the write path keeps it so. */
  lookups?(row: Row): Readonly<Record<string, readonly Lookup[]>>
}

export interface FieldWrite {
  /** Names it is accepted under; the first is the documented one. */
  names: readonly [string, ...(readonly string[])]
  schema: TSchema
  required?: boolean
  /** Takes a file, which only multipart form data can carry. */
  isFile?: true
  /**
   * Puts the value into the draft.
   * @throws FieldProblem for a value that the field cannot take.
   */
  accept(value: unknown, draft: Draft, param: string): void | Promise<void>
}

/** A record on its way into the database. */
export interface Draft {
  readonly resource: Resource
  readonly writer: AccountWriter
  readonly timeZone: string
  /** The person behind the credential: the default author. */
  readonly ownerId: string | null
  /** How messages go out; null where nothing can be sent. */
  readonly sending: Sending | null
  /** What webhook subscriptions need; null where none can be made. */
  readonly subscribing: Subscribing | null
  /** The row as it was, or null on creation. */
  readonly existing: Row | null
  /** The row as it will be. */
  readonly row: Row & { id: string }
  /** The fields that the client sent, by field name, with the name of the parameter. */
  readonly supplied: ReadonlyMap<string, string>
  problem(code: ErrorCode, param: string | null, message: string): void
  /** What write-only fields leave for others, such as `create_source_if_new`. */
  readonly options: Map<string, unknown>
  /** Collects the parameters that were sent and not used. */
  readonly ignored: Set<string>
  /** Something to do once the row is written, in the same transaction. */
  later(task: () => Promise<void>): void
  /** Looks for more that is wrong, only where the input is refused anyway: what is written shows it by itself. */
  whenRefused(look: () => Promise<void>): void
  /** Tells the change log of a change that is not in a column of the row. */
  noteChange(field: string, before: Value, after: Value): void
}

/** By what a message goes out. */
export type Channel = 'email' | 'text'

/** How messages go out, as the operator has set it up. */
export interface Sending {
  /** The address that mails come from unless the client says otherwise. */
  mailFrom: string
  /** What becomes of a new message that is to go out: its status, with the reason or times, as columns. */
  begin(channel: Channel, writer: AccountWriter): Row | Promise<Row>
  /** To be told of every message that is queued; it is looked at once the transaction is done. */
  queued(): void
}

/** What a webhook subscription needs of this server. */
export interface Subscribing {
  /** Whether there is such a type of event: `deal.created`, all of a kind by `deal.*`, all by `*`. */
  hasEvent(name: string): boolean
  /** Whether an address may be plain http: only where webhooks may reach private addresses, or in development. */
  allowsHttp: boolean
  /** Names the key that `seal` seals with. */
  sealingKeyId: string
  seal(text: string, context: string): string
  /** @throws when it was sealed with another secret or context. */
  open(sealed: string, context: string): string
  /** To be told of what may have to be delivered; it is looked at once the transaction is done. */
  queued(): void
  /** The rows as the key sees them that made a subscription, a row of it. */
  seenByMaker: SeenByMaker
}

/** The store as the maker of a subscription sees it, or why it sees nothing, for ever or for now. */
export type SeenByMaker = (
  store: AccountStore,
  subscription: Row,
) => Promise<AccountStore | 'revoked' | 'resting'>

export interface SortKey {
  /** SQL column; text is ordered without regard to the case of ASCII letters. */
  column: string
  kind: 'text' | 'number'
  nullable: boolean
}

export interface Filter {
  /** The query parameter, without brackets: `stage_id`, `created_at`. */
  param: string
  description: string
  schema: TSchema
  /** Several values, repeated or separated by commas, mean any of them. */
  list: boolean
  /** Whether `param[gte]`, `[gt]`, `[lte]` and `[lt]` are taken as well. */
  range: boolean
  /**
   * @throws FieldProblem for a value that it cannot take.
   */
  apply(query: Select, condition: Condition, context: ReadContext): Select
}

export type Comparison = 'gte' | 'gt' | 'lte' | 'lt'
export type Condition = { kind: 'any'; values: readonly string[] } | { kind: Comparison; value: string }

/** What reading needs to know of the request. */
export interface ReadContext {
  store: AccountStore
  timeZone: string
  /** Where the web app is, for `link`. */
  origin: string
  flags: ReadonlySet<string>
  /** Signs a text with the installation's secret, for links that open something without a credential. */
  sign(text: string): string
}

/** Columns that every resource's table has beside those of its fields. */
export const recordColumns = ['id', 'created_at', 'updated_at', 'deleted_at', 'version'] as const

type Declared = Pick<Resource, 'name' | 'singular' | 'title' | 'description' | 'area' | 'fields'> &
  Partial<
    Pick<
      Resource,
      | 'operations'
      | 'wrapped'
      | 'bounds'
      | 'setup'
      | 'managedBy'
      | 'adminsOnly'
      | 'defaultOrder'
      | 'customFields'
      | 'searchThrough'
      | 'events'
      | 'isLogged'
      | 'hooks'
    >
  >

/** The flag that lists and reads deleted records as well. */
export const includeDeleted = 'include_deleted'

export function defineResource(declared: Declared): Resource {
  return Object.freeze({
    operations: ['list', 'get', 'create', 'update', 'delete', 'restore'] as const,
    wrapped: false,
    bounds: {},
    setup: false,
    managedBy: null,
    adminsOnly: false,
    defaultOrder: 'created_at',
    customFields: null,
    searchThrough: [],
    events: [],
    isLogged: true,
    hooks: {},
    ...declared,
  })
}

/**
 * The SQL columns that reading a resource takes; with the flags of a request those alone that it sees, because what
 * it does not see can be long.
 */
export function columnsOf(resource: Resource, flags: ReadonlySet<string> | null = null): string[] {
  const known = columnsByFlags.get(resource) ?? new Map<string, string[]>()
  columnsByFlags.set(resource, known)
  const shape = flags === null ? 'all' : [...flags].sort().join(' ')
  let columns = known.get(shape)
  if (!columns) {
    const wanted = Object.values(resource.fields).filter(
      ({ flag }) => flags === null || flag === undefined || flags.has(flag),
    )
    columns = [...new Set([...recordColumns, ...wanted.flatMap((field) => field.columns)])]
    known.set(shape, columns)
  }
  return columns
}

/** A resource has few flags, each of which is there or not. */
const columnsByFlags = new WeakMap<Resource, Map<string, string[]>>()
