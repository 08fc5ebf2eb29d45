import { ApiError } from '../errors/api-error.ts'
import type { Resource } from '../resource-layer/resource.ts'
import { bodySchema } from '../resource-layer/schema.ts'
import { notFound } from '../resource-layer/write.ts'
import { listDocumentation } from './list-documentation.ts'
import type { Call, Operation, Parameter, Reply } from './operation.ts'
import {
  createReply,
  dataSchema,
  deleteReply,
  flagParameters,
  idParameter,
  listReply,
  listSchema,
  pascal,
  recordReply,
  updateReply,
  words,
} from './resource-operations.ts'

interface Nesting {
  parent: Resource
  child: Resource
  /** The filter of the child's list that the path fixes. */
  filter: string
  /** Fields of a new child that the path fixes; absent where none is made there. */
  fixes?(parentId: string): Record<string, unknown>
  /** Also `/{parent}/{id}/{children}/{child_id}`: the column that names the parent. */
  memberColumn?: string
  deleteParameters?: readonly Parameter[]
}

/** The operations of records under their parent, such as `/pipelines/{id}/stages`. */
export function nestedOperations(nesting: Nesting): Operation[] {
  const operations = [listOperation(nesting)]
  if (nesting.fixes) operations.push(createOperation(nesting, nesting.fixes))
  if (nesting.memberColumn) operations.push(...memberOperations(nesting, nesting.memberColumn))
  return operations
}

function listOperation(nesting: Nesting): Operation {
  const { parent, child, filter } = nesting
  return {
    ...common(nesting, 'list', child.name),
    method: 'GET',
    path: `/${parent.name}/{id}/${child.name}`,
    summary: `List the ${words(child.name)} of a ${words(parent.singular)}`,
    parameters: [
      idParameter,
      ...listDocumentation(child).filter(({ name }) => name !== filter),
      ...flagParameters(child),
    ],
    responses: [{ status: 200, description: 'A page of them.', schema: listSchema(child) }],
    access: 'read',
    async handle(call) {
      const parentId = await requireParent(call, parent)
      const fixed = { [filter]: parentId, ...fixedType(nesting) }
      for (const name of Object.keys(fixed)) if (call.query[name] !== undefined) call.ignored.add(name)
      return listReply(child, call, fixed)
    },
  }
}

/** Notes know their parent by type and id. */
function fixedType({ child, parent }: Nesting): Record<string, string> {
  return child.name === 'notes' ? { parent_type: parent.name } : {}
}

function createOperation(nesting: Nesting, fixes: NonNullable<Nesting['fixes']>): Operation {
  const { parent, child } = nesting
  return {
    ...common(nesting, 'create', child.singular),
    method: 'POST',
    path: `/${parent.name}/{id}/${child.name}`,
    summary: `Create a ${words(child.singular)} of a ${words(parent.singular)}`,
    parameters: [idParameter, ...flagParameters(child)],
    body: { schema: withoutRequired(child, Object.keys(fixes(''))), wrapper: child.singular },
    responses: [{ status: 201, description: `The new ${words(child.singular)}.`, schema: dataSchema(child) }],
    access: child.setup ? 'admin' : 'write',
    async handle(call) {
      const parentId = await requireParent(call, parent)
      const inner = call.body[child.singular]
      const isWrapped = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      const fixed = fixes(parentId)
      const body = isWrapped
        ? { ...call.body, [child.singular]: { ...inner, ...fixed } }
        : { ...call.body, ...fixed }
      return createReply(child, call, body)
    },
  }
}

function withoutRequired(child: Resource, fixed: readonly string[]) {
  const { properties, required, ...rest } = bodySchema(child, 'create') as {
    properties?: Record<string, unknown>
    required?: string[]
  }
  const own = Object.entries(properties ?? {}).filter(([name]) => !fixed.includes(name))
  return {
    ...rest,
    type: 'object',
    properties: Object.fromEntries(own),
    required: (required ?? []).filter((name) => !fixed.includes(name)),
  }
}

function memberOperations(nesting: Nesting, column: string): Operation[] {
  const { parent, child } = nesting
  const name = `${child.singular}_id`
  const parameters = [
    idParameter,
    { ...idParameter, name, description: `The id of the ${words(child.singular)}.` },
  ]
  const shape = { status: 200, description: `The ${words(child.singular)}.`, schema: dataSchema(child) }
  const member = {
    path: `/${parent.name}/{id}/${child.name}/{${name}}`,
    access: child.setup ? ('admin' as const) : ('write' as const),
  }
  const within = (work: (call: Call) => Promise<Reply>) => async (call: Call) => {
    const parentId = await requireParent(call, parent)
    const id = call.path[name] ?? ''
    const row = await call.read.store.find(child.name, id)
    if (!row || row.deleted_at !== null || row[column] !== parentId) throw notFound(child, id)
    return work({ ...call, path: { id } })
  }
  const body = { schema: bodySchema(child, 'update'), wrapper: child.singular }
  const of = `of a ${words(parent.singular)}`
  return [
    {
      ...common(nesting, 'get', child.singular),
      ...member,
      method: 'GET',
      access: 'read',
      summary: `Get one ${words(child.singular)} ${of}`,
      parameters: [...parameters, ...flagParameters(child)],
      responses: [shape],
      handle: within(async (call) => {
        const row = await call.read.store.find(child.name, call.path.id ?? '')
        if (!row) throw new ApiError('not_found', 'not found')
        return recordReply(child, row, call)
      }),
    },
    ...(['PUT', 'PATCH'] as const).map(
      (method): Operation => ({
        ...common(nesting, method === 'PUT' ? 'update' : 'patch', child.singular),
        ...member,
        method,
        summary: `Change a ${words(child.singular)} ${of}`,
        parameters: [...parameters, ...flagParameters(child)],
        body,
        responses: [shape],
        handle: within((call) => updateReply(child, call)),
      }),
    ),
    {
      ...common(nesting, 'delete', child.singular),
      ...member,
      method: 'DELETE',
      summary: `Delete a ${words(child.singular)} ${of}`,
      parameters: [...parameters, ...(nesting.deleteParameters ?? [])],
      responses: [{ status: 204, description: 'It is deleted.' }],
      handle: within((call) => deleteReply(child, call, nesting.deleteParameters)),
    },
  ]
}

async function requireParent(call: Call, parent: Resource): Promise<string> {
  const id = call.path.id ?? ''
  const row = await call.read.store.find(parent.name, id)
  if (!row || row.deleted_at !== null) throw notFound(parent, id, row !== null)
  return id
}

function common({ parent, child }: Nesting, verb: string, name: string) {
  return {
    id: `${verb}${pascal(parent.singular)}${pascal(name)}`,
    tag: child.title,
    description: child.description,
  }
}
