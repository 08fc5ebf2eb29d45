import Type, { type TSchema } from 'typebox'
import { idSchema } from '../resource-layer/fields/schemas.ts'
import { list } from '../resource-layer/list.ts'
import { present } from '../resource-layer/present.ts'
import { columnsOf, flagsOf, type OperationKind, type Resource } from '../resource-layer/resource.ts'
import { bodySchema, objectSchema } from '../resource-layer/schema.ts'
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
import { listDocumentation } from './list-documentation.ts'
import { readListQuery } from './list-query.ts'
import type { Call, Operation, Parameter, Reply, ResponseShape } from './operation.ts'

/** What differs from the rule for one resource. */
export interface Exceptions {
  /** Replaces the creation, such as the three-in-one `POST /deals`. */
  create?: Pick<Operation, 'description' | 'body' | 'responses' | 'handle'>
  /** Query parameters that the deletion takes. */
  deleteParameters?: readonly Parameter[]
}

/** The operations of a resource at `/{resource}` and `/{resource}/{id}`. */
export function resourceOperations(resource: Resource, exceptions: Exceptions = {}): Operation[] {
  return resource.operations.flatMap((kind) => makers[kind](resource, exceptions))
}

const makers: Record<OperationKind, (resource: Resource, exceptions: Exceptions) => Operation[]> = {
  list: (resource) => [listOperation(resource)],
  get: (resource) => [getOperation(resource)],
  create: (resource, exceptions) => [createOperation(resource, exceptions)],
  update: (resource) => [updateOperation(resource, 'PUT'), updateOperation(resource, 'PATCH')],
  delete: (resource, exceptions) => [deleteOperation(resource, exceptions)],
  restore: (resource) => [restoreOperation(resource)],
}

/** The object of one record. */
export function dataSchema(resource: Resource): TSchema {
  return Type.Object({ data: objectSchema(resource) }, { additionalProperties: false })
}

export const idParameter: Parameter = {
  name: 'id',
  in: 'path',
  description: 'The id of the record.',
  schema: idSchema,
  required: true,
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

export function flagParameters(resource: Resource): Parameter[] {
  return flagsOf(resource).map((name) => ({
    name,
    in: 'query',
    description: 'With true, the objects carry `custom_fields`; without it the key is absent.',
    schema: Type.Boolean(),
  }))
}

function listOperation(resource: Resource): Operation {
  return {
    id: `list${pascal(resource.name)}`,
    method: 'GET',
    path: `/${resource.name}`,
    tag: resource.title,
    summary: `List ${words(resource.name)}`,
    description: resource.description,
    parameters: [...listDocumentation(resource), ...flagParameters(resource)],
    responses: [{ status: 200, description: 'A page of them.', schema: listSchema(resource) }],
    access: 'read',
    handle: (call) => listReply(resource, call),
  }
}

/** The envelope of a list. */
export function listSchema(resource: Resource): TSchema {
  return Type.Object(
    { data: Type.Array(objectSchema(resource)), meta: listMeta },
    { additionalProperties: false },
  )
}

const listMeta = Type.Object(
  {
    page_number: Type.Optional(Type.Integer({ description: 'Absent when paging by cursor.' })),
    total_count: Type.Optional(Type.Integer({ description: 'Absent with `include_total=false`.' })),
    total_pages: Type.Optional(Type.Integer({ description: 'Absent with `include_total=false`.' })),
    per_page: Type.Integer(),
    next_cursor: Type.Union([Type.String(), Type.Null()]),
    has_more: Type.Boolean(),
  },
  { additionalProperties: false },
)

function getOperation(resource: Resource): Operation {
  return {
    id: `get${pascal(resource.singular)}`,
    method: 'GET',
    path: `/${resource.name}/{id}`,
    tag: resource.title,
    summary: `Get one ${words(resource.singular)}`,
    description: resource.description,
    parameters: [idParameter, ...flagParameters(resource)],
    responses: [one(resource)],
    access: 'read',
    handle: (call) => getReply(resource, call),
  }
}

async function getReply(resource: Resource, call: Call): Promise<Reply> {
  const id = call.path.id ?? ''
  const row = await call.read.store
    .from(resource.name)
    .select(columnsOf(resource))
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row || row.deleted_at !== null) throw notFound(resource, id, row !== undefined)
  return recordReply(resource, row, call)
}

function createOperation(resource: Resource, exceptions: Exceptions): Operation {
  return {
    id: `create${pascal(resource.singular)}`,
    method: 'POST',
    path: `/${resource.name}`,
    tag: resource.title,
    summary: `Create a ${words(resource.singular)}`,
    description: resource.description,
    parameters: flagParameters(resource),
    body: bodyOf(resource, 'create'),
    responses: [{ ...one(resource), status: 201 }],
    access: resource.setup ? 'admin' : 'write',
    handle: (call) => createReply(resource, call, call.body),
    ...exceptions.create,
  }
}

/** Creates a record from a body. The path may fix a field, such as the pipeline of a stage. */
export function createReply(
  resource: Resource,
  call: Call,
  body: Readonly<Record<string, unknown>>,
): Promise<Reply> {
  return call.write(async (writer, read) => {
    const row = await create(writer, resource, inputOf(resource, body), call.writeSettings)
    const reply = await recordReply(resource, row, { read }, 201)
    return { ...reply, headers: { location: `${read.origin}/rest/${resource.name}/${row.id}` } }
  })
}

function updateOperation(resource: Resource, method: 'PUT' | 'PATCH'): Operation {
  return {
    id: `${method === 'PUT' ? 'update' : 'patch'}${pascal(resource.singular)}`,
    method,
    path: `/${resource.name}/{id}`,
    tag: resource.title,
    summary: `Change a ${words(resource.singular)}`,
    description: 'Changes the fields that are sent and leaves the others; PUT and PATCH are the same.',
    parameters: [idParameter, ...flagParameters(resource)],
    body: bodyOf(resource, 'update'),
    responses: [one(resource)],
    access: resource.setup ? 'admin' : 'write',
    handle: (call) => updateReply(resource, call),
  }
}

export function updateReply(resource: Resource, call: Call): Promise<Reply> {
  return call.write(async (writer, read) => {
    const existing = await requireRecord(writer, resource, call.path.id ?? '')
    call.requireMatch(existing)
    const row = await update(writer, resource, existing, inputOf(resource, call.body), call.writeSettings)
    return recordReply(resource, row, { read })
  })
}

function deleteOperation(resource: Resource, exceptions: Exceptions): Operation {
  return {
    id: `delete${pascal(resource.singular)}`,
    method: 'DELETE',
    path: `/${resource.name}/{id}`,
    tag: resource.title,
    summary: `Delete a ${words(resource.singular)}`,
    description: `It is kept and can be brought back by \`POST /${resource.name}/{id}/restore\`.`,
    parameters: [idParameter, ...(exceptions.deleteParameters ?? [])],
    responses: [{ status: 204, description: 'It is deleted.' }],
    access: resource.setup ? 'admin' : 'write',
    handle: (call) => deleteReply(resource, call, exceptions.deleteParameters),
  }
}

export function deleteReply(
  resource: Resource,
  call: Call,
  parameters: readonly Parameter[] = [],
): Promise<Reply> {
  return call.write(async (writer) => {
    const row = await requireRecord(writer, resource, call.path.id ?? '')
    call.requireMatch(row)
    await remove(writer, resource, row, sentTexts(call, parameters))
    return { status: 204, records: 0 }
  })
}

function restoreOperation(resource: Resource): Operation {
  return {
    id: `restore${pascal(resource.singular)}`,
    method: 'POST',
    path: `/${resource.name}/{id}/restore`,
    tag: resource.title,
    summary: `Restore a deleted ${words(resource.singular)}`,
    description: 'Brings it back as it was. One that is not deleted stays as it is.',
    parameters: [idParameter, ...flagParameters(resource)],
    responses: [one(resource)],
    access: resource.setup ? 'admin' : 'write',
    handle: (call) =>
      call.write(async (writer, read) => {
        const id = call.path.id ?? ''
        const row = await writer.find(resource.name, id)
        if (!row) throw notFound(resource, id)
        call.requireMatch(row)
        await restore(writer, resource, row)
        return recordReply(resource, await requireRecord(writer, resource, id), { read })
      }),
  }
}

function sentTexts(call: Call, parameters: readonly Parameter[]): Record<string, string> {
  const sent: Record<string, string> = {}
  for (const { name } of parameters) {
    const value = call.query[name] ?? call.body[name]
    if (typeof value === 'string') sent[name] = value
  }
  return sent
}

function one(resource: Resource): ResponseShape {
  return { status: 200, description: `The ${words(resource.singular)}.`, schema: dataSchema(resource) }
}

function bodyOf(resource: Resource, kind: 'create' | 'update') {
  return { schema: bodySchema(resource, kind), wrapper: resource.singular }
}

export function pascal(name: string): string {
  return name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())
}

export function words(name: string): string {
  return name.replaceAll('_', ' ')
}
