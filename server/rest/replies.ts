import { list } from '../resource-layer/list.ts'
import { present } from '../resource-layer/present.ts'
import { columnsOf, includeDeleted, type ReadContext, type Resource } from '../resource-layer/resource.ts'
import {
  create,
  type Input,
  notFound,
  remove,
  requireRecord,
  restore,
  update,
} from '../resource-layer/write.ts'
import type { Row } from '../storage/account-store.ts'
import { readListQuery } from './list-query.ts'
import type { Call, Parameter, Reply } from './operation.ts'

/** A page of a list as the API shows it, narrowed by parameters that the path fixes. */
export async function listReply(
  resource: Resource,
  call: Call,
  fixed: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const form = Object.assign(Object.create(null), call.query, fixed)
  const query = await readListQuery(resource, form, call.read, call.ignored)
  const { rows, total, nextCursor } = await list(resource, query, call.read)
  const data = await present(resource, rows, call.read)
  const meta = {
    ...('page' in query.start ? { page_number: query.start.page } : {}),
    ...(total === null ? {} : { total_count: total, total_pages: Math.ceil(total / query.size) }),
    per_page: query.size,
    next_cursor: nextCursor,
    has_more: nextCursor !== null,
  }
  return { status: 200, body: { data, meta }, records: rows.length }
}

/** One record as the API shows it. */
export async function recordReply(
  resource: Resource,
  row: Row,
  call: Pick<Call, 'read'>,
  status = 200,
): Promise<Reply> {
  const [data] = await present(resource, [row], call.read)
  return { status, body: { data }, records: 1, version: Number(row.version) }
}

/** A record that is new, with its address. */
export async function createdReply(resource: Resource, row: Row, read: ReadContext): Promise<Reply> {
  const reply = await recordReply(resource, row, { read }, 201)
  return { ...reply, headers: { location: `${read.origin}/rest/${resource.name}/${row.id}` } }
}

/** The record that the path names. @throws ApiError not_found, also when it is deleted. */
export async function getReply(resource: Resource, call: Call): Promise<Reply> {
  const id = call.path.id ?? ''
  const columns = columnsOf(resource, call.read.flags)
  const asked = { table: resource.name, columns, column: 'id', values: [id] }
  const [row] = await call.read.store.rowsIn(asked)
  const isHidden = row?.deleted_at !== null && !call.read.flags.has(includeDeleted)
  if (!row || isHidden) throw notFound(resource, id, row !== undefined)
  return recordReply(resource, row, call)
}

/** Creates a record from a body. The path may fix a field, such as the pipeline of a stage. */
export function createReply(
  resource: Resource,
  call: Call,
  body: Readonly<Record<string, unknown>>,
): Promise<Reply> {
  return call.write(async (writer, read) => {
    const row = await create(writer, resource, inputOf(resource, body), call.writeSettings)
    return createdReply(resource, row, read)
  })
}

/** Changes the record that the path names, when `If-Match` allows it. */
export function updateReply(resource: Resource, call: Call): Promise<Reply> {
  return call.write(async (writer, read) => {
    const existing = await requireRecord(writer, resource, call.path.id ?? '', 'update')
    call.requireMatch(existing)
    const row = await update(writer, resource, existing, inputOf(resource, call.body), call.writeSettings)
    return recordReply(resource, row, { read })
  })
}

/** Deletes the record that the path names, when `If-Match` allows it. */
export function deleteReply(
  resource: Resource,
  call: Call,
  parameters: readonly Parameter[] = [],
): Promise<Reply> {
  return call.write(async (writer) => {
    const row = await requireRecord(writer, resource, call.path.id ?? '', 'delete')
    call.requireMatch(row)
    await remove(writer, resource, row, sentTexts(call, parameters))
    return { status: 204, records: 0 }
  })
}

/** Brings a deleted record back and shows it. */
export function restoreReply(resource: Resource, call: Call): Promise<Reply> {
  return call.write(async (writer, read) => {
    const id = call.path.id ?? ''
    const row = await writer.find(resource.name, id)
    if (!row) throw notFound(resource, id)
    writer.sight?.permit('restore', resource.name, row)
    call.requireMatch(row)
    await restore(writer, resource, row)
    return recordReply(resource, await requireRecord(writer, resource, id, 'restore'), { read })
  })
}

/** The fields of a body: wrapped in the resource's name, flat, or both; what is wrapped counts. */
export function inputOf(
  resource: Pick<Resource, 'singular' | 'wrapped'>,
  body: Readonly<Record<string, unknown>>,
): Input {
  const { [resource.singular]: inner, ...flat } = body
  if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
    return { fields: { ...flat, ...inner }, wrapper: resource.singular }
  }
  const isEmpty = Object.keys(body).length === 0
  return { fields: body, wrapper: isEmpty && resource.wrapped ? resource.singular : null }
}

function sentTexts(call: Call, parameters: readonly Parameter[]): Record<string, string> {
  const sent: Record<string, string> = {}
  for (const { name } of parameters) {
    const value = call.query[name] ?? call.body[name]
    if (typeof value === 'string') sent[name] = value
  }
  return sent
}
