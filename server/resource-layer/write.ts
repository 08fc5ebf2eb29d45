import { ApiError, errorOf, type Problem } from '../errors/api-error.ts'
import type { AccountWriter, Act, Row, Value } from '../storage/account-store.ts'
import { fieldsOf } from './fields-of.ts'
import {
  type Draft,
  type Field,
  FieldProblem,
  type Resource,
  type Sending,
  type Subscribing,
} from './resource.ts'
import { searchForm } from './values.ts'

/** What a client sent for one record: its fields, and how it names them in errors. */
export interface Input {
  fields: Readonly<Record<string, unknown>>
  /** `deal` when the fields came wrapped in `deal[…]`, else null. */
  wrapper: string | null
}

export interface WriteSettings {
  timeZone: string
  /** The person behind the credential. */
  ownerId: string | null
  /** Collects the parameters that were sent and not used. */
  ignored: Set<string>
  /** How messages go out; without it none does. */
  sending?: Sending
  /** What webhook subscriptions need; without it none can be made. */
  subscribing?: Subscribing
}

/** Creates a record. @throws ApiError with every problem of the input; nothing is written then. */
export async function create(
  writer: AccountWriter,
  resource: Resource,
  input: Input,
  settings: WriteSettings,
): Promise<Row> {
  writer.sight?.permit('create', resource.name, null)
  const row = { ...initialRow(resource, writer.at), id: writer.newId() }
  return save(writer, resource, row, null, input, settings)
}

/** Changes the fields that the input names and leaves the others (`PUT` and `PATCH` are the same). */
export async function update(
  writer: AccountWriter,
  resource: Resource,
  existing: Row,
  input: Input,
  settings: WriteSettings,
): Promise<Row> {
  writer.sight?.permit('update', resource.name, existing)
  return save(writer, resource, { ...existing, id: String(existing.id) }, existing, input, settings)
}

/**
 * Changes columns that no client writes, such as the status of a message: the same path without a body.
 * @param noted changes that are in no column, for the change log
 */
export async function amend(
  writer: AccountWriter,
  resource: Resource,
  existing: Row,
  set: Row,
  noted: Readonly<Record<string, [Value, Value]>> = {},
): Promise<Row> {
  const row = { ...existing, ...set }
  const changed = { ...noted, ...changedColumns(resource, existing, row) }
  if (Object.keys(changed).length === 0) return existing
  row.search_text = searchTextOf(resource, row)
  await writeColumns(writer, resource, existing, row)
  await touch(writer, resource, existing, row)
  await writer.log({ resource: resource.name, recordId: String(row.id), action: 'updated', changed })
  return row
}

/** Marks a record as deleted. It can come back by `restore`. */
export async function remove(
  writer: AccountWriter,
  resource: Resource,
  row: Row,
  parameters: Readonly<Record<string, string>> = {},
): Promise<void> {
  writer.sight?.permit('delete', resource.name, row)
  await resource.hooks.beforeDelete?.(writer.whole, row, parameters)
  await mark(writer, resource, row, writer.at, 'deleted')
}

/** Brings a deleted record back; one that is not deleted stays as it is. */
export async function restore(writer: AccountWriter, resource: Resource, row: Row): Promise<void> {
  if (row.deleted_at === null) return
  writer.sight?.permit('restore', resource.name, row)
  await resource.hooks.beforeRestore?.(writer.whole, row)
  await mark(writer, resource, row, null, 'restored')
}

async function mark(
  writer: AccountWriter,
  resource: Resource,
  row: Row,
  deletedAt: number | null,
  action: string,
) {
  await writer.update(
    resource.name,
    { id: row.id ?? null },
    { deleted_at: deletedAt, updated_at: writer.at, version: Number(row.version) + 1 },
  )
  await writer.log({ resource: resource.name, recordId: String(row.id), action, changed: {} })
}

function initialRow(resource: Resource, at: number): Row {
  const columns = Object.values(resource.fields).map((field) => field.initial ?? {})
  return Object.assign({}, ...columns, {
    created_at: at,
    updated_at: at,
    deleted_at: null,
    version: 1,
    search_text: '',
  })
}

async function save(
  writer: AccountWriter,
  resource: Resource,
  row: Row & { id: string },
  existing: Row | null,
  given: Input,
  settings: WriteSettings,
): Promise<Row> {
  const reshaped = resource.hooks.reshape?.(given.fields) ?? given.fields
  const input: Input = { ...given, fields: reshaped }
  const problems: Problem[] = []
  const tasks: (() => Promise<void>)[] = []
  const looks: (() => Promise<void>)[] = []
  const changed: Record<string, [Value, Value]> = {}
  const named = (name: string) => (input.wrapper ? `${input.wrapper}[${name}]` : name)
  const supplied = suppliedFields(resource, input, named, settings.ignored)
  const draft: Draft = {
    resource,
    writer,
    timeZone: settings.timeZone,
    ownerId: settings.ownerId,
    sending: settings.sending ?? null,
    subscribing: settings.subscribing ?? null,
    existing,
    row,
    supplied,
    problem: (code, param, message) => problems.push({ code, param, message }),
    later: (task) => tasks.push(task),
    whenRefused: (look) => looks.push(look),
    noteChange: (field, before, after) => {
      changed[field] = [before, after]
    },
    options: new Map(),
    ignored: settings.ignored,
  }
  await acceptFields(draft, input, named)
  // A hook may rely on the fields being sound.
  if (problems.length === 0) await resource.hooks.beforeWrite?.(draft)
  if (problems.length > 0) for (const look of looks) await look()
  const [first, ...others] = problems
  if (first) throw errorOf([first, ...others])
  permitRow(draft)

  row.search_text = searchTextOf(resource, row)
  if (!existing) await writer.insert(resource.name, row)
  else await writeColumns(writer, resource, existing, row)
  for (const task of tasks) await task()

  Object.assign(changed, changedColumns(resource, existing, row))
  if (existing && Object.keys(changed).length === 0) return existing
  if (existing) await touch(writer, resource, existing, row)
  await writer.log({
    resource: resource.name,
    recordId: row.id,
    action: existing ? 'updated' : 'created',
    changed,
  })
  return row
}

/** What only the row tells: where a new one stands, and whose the work becomes. */
function permitRow({ writer, resource, existing, row, ownerId }: Draft): void {
  const { sight } = writer
  if (!sight) return
  if (!existing) sight.permit('create', resource.name, row)
  const { owner } = resource.bounds
  if (owner === undefined) return
  const isHandedOver = existing ? existing[owner] !== row[owner] : (row[owner] ?? ownerId) !== ownerId
  if (isHandedOver) sight.permit('reassign', resource.name, existing ?? row)
}

async function acceptFields(draft: Draft, input: Input, named: (name: string) => string): Promise<void> {
  for (const [fieldName, field] of Object.entries(fieldsOf(draft.resource))) {
    if (!field.write) continue
    const param = draft.supplied.get(fieldName)
    if (param === undefined) {
      const name = named(field.write.names[0])
      if (field.write.required && !draft.existing) draft.problem('missing_field', name, `${name} is missing`)
      continue
    }
    try {
      await field.write.accept(sentValue(field, input), draft, param)
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error
      draft.problem(error.code, param, `${param} ${error.message}`)
    }
  }
}

function sentValue(field: Field, input: Input): unknown {
  const name = field.write?.names.find((known) => Object.hasOwn(input.fields, known))
  return name === undefined ? undefined : input.fields[name]
}

/** Which fields were sent under which name. What is left over is ignored, and said to be. */
function suppliedFields(
  resource: Resource,
  input: Input,
  named: (name: string) => string,
  ignored: Set<string>,
): Map<string, string> {
  const supplied = new Map<string, string>()
  const used = new Set<string>()
  for (const [fieldName, field] of Object.entries(fieldsOf(resource))) {
    const name = field.write?.names.find((known) => Object.hasOwn(input.fields, known))
    if (name === undefined) continue
    supplied.set(fieldName, named(name))
    used.add(name)
  }
  for (const name of Object.keys(input.fields)) if (!used.has(name)) ignored.add(named(name))
  return supplied
}

/** The words by which the record is found, one field a line so that a search does not match across fields. */
export function searchTextOf(resource: Resource, row: Row): string {
  const words = Object.values(resource.fields).flatMap((field) => field.search?.(row) ?? [])
  return searchForm(words.filter((word) => word !== null && word !== '').join('\n'))
}

const bookkeeping = new Set([
  'id',
  'created_at',
  'updated_at',
  'deleted_at',
  'version',
  'search_text',
  'custom_values',
])

function changedColumns(resource: Resource, existing: Row | null, row: Row): Record<string, [Value, Value]> {
  const columns = new Set(Object.values(resource.fields).flatMap((field) => field.columns))
  const changed: Record<string, [Value, Value]> = {}
  for (const column of columns) {
    // What the client moves on an existing record, such as the time of a note, is a change like any other.
    const isMoved = existing !== null && column === 'created_at'
    if (bookkeeping.has(column) && !isMoved) continue
    const before = existing ? (existing[column] ?? null) : null
    const after = row[column] ?? null
    if (before !== after) changed[column] = [before, after]
  }
  return changed
}

async function writeColumns(
  writer: AccountWriter,
  resource: Resource,
  existing: Row,
  row: Row,
): Promise<void> {
  const set: Row = {}
  for (const [column, value] of Object.entries(row)) if (value !== existing[column]) set[column] = value
  if (Object.keys(set).length > 0) await writer.update(resource.name, { id: row.id ?? null }, set)
}

async function touch(writer: AccountWriter, resource: Resource, existing: Row, row: Row): Promise<void> {
  row.updated_at = writer.at
  row.version = Number(existing.version) + 1
  await writer.update(
    resource.name,
    { id: row.id ?? null },
    { updated_at: row.updated_at, version: row.version },
  )
}

/**
 * The record of that id, to do something to it.
 * @throws ApiError not_found, also when it is deleted; forbidden, insufficient_scope
 */
export async function requireRecord(
  writer: AccountWriter,
  resource: Resource,
  id: string,
  act: Act,
): Promise<Row> {
  const row = await writer.find(resource.name, id)
  if (!row || row.deleted_at !== null) throw notFound(resource, id, row !== null)
  writer.sight?.permit(act, resource.name, row)
  return row
}

export function notFound(resource: Resource, id: string, deleted = false): ApiError {
  return new ApiError(
    'not_found',
    deleted
      ? `${sentenceCase(resource.singular)} ${id} not found: it was deleted. POST /rest/${resource.name}/${id}/restore brings it back.`
      : `${sentenceCase(resource.singular)} ${id} not found in this account`,
  )
}

function sentenceCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')
}
