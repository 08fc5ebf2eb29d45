import { includeDeleted, type Resource } from '../resource-layer/resource.ts'
import { notFound } from '../resource-layer/write.ts'
import type { Row } from '../storage/account-store.ts'
import { listDocumentation } from './list-documentation.ts'
import {
  accessTo,
  type BodyShape,
  type Call,
  type Operation,
  type Parameter,
  type Reply,
} from './operation.ts'
import { createReply, deleteReply, getReply, inputOf, listReply, updateReply } from './replies.ts'
import {
  bodyShape,
  deletedParameter,
  flagParameters,
  idParameter,
  listSchema,
  pascal,
  recordShape,
  words,
} from './shapes.ts'

interface Nesting {
  parent: Resource
  child: Resource
  /** What the path fixes: the filters of the list, and the fields of a new child. */
  fixed(parentId: string): Record<string, string>
  /** Whether children are created there as well. */
  creates: boolean
  /** Also `/{parent}/{id}/{children}/{child_id}`: the column that names the parent. */
  memberColumn?: string
  deleteParameters?: readonly Parameter[]
  /** The last word of the path where it is not the child's name: `stages` for `process_stages`. */
  segment?: string
  /** Where the parent stands under another record: `/process_types/{id}/stages/{process_stage_id}/steps`. */
  within?: { grandparent: Resource; segment: string; column: string }
}

/** The operations of records under their parent, such as `/pipelines/{id}/stages`. */
export function nestedOperations(nesting: Nesting): Operation[] {
  const operations = [listOperation(nesting)]
  if (nesting.creates) operations.push(createOperation(nesting))
  if (nesting.memberColumn) operations.push(...memberOperations(nesting, nesting.memberColumn))
  return operations
}

/** Lists of the records that name a parent in `column`, which are made elsewhere: `/contacts/{id}/deals`. */
export function nestedLists(parent: Resource, column: string, children: readonly Resource[]): Operation[] {
  return children.flatMap((child) =>
    nestedOperations({ parent, child, fixed: (id) => ({ [column]: id }), creates: false }),
  )
}

function listOperation(nesting: Nesting): Operation {
  const { parent, child } = nesting
  const known = Object.keys(nesting.fixed(''))
  return {
    ...common(nesting, 'list', child.name),
    method: 'GET',
    path: pathOf(nesting),
    summary: `List the ${words(child.name)} of a ${words(parent.singular)}`,
    parameters: [
      ...parentParameters(nesting),
      ...listDocumentation(child).filter(({ name }) => !known.includes(name)),
      ...flagParameters(child),
    ],
    responses: [{ status: 200, description: 'A page of them.', schema: listSchema(child) }],
    ...accessTo(child, 'read'),
    async handle(call) {
      const fixed = nesting.fixed(await requireParent(call, nesting))
      for (const name of known) if (call.query[name] !== undefined) call.ignored.add(name)
      return listReply(child, call, fixed)
    },
  }
}

function createOperation(nesting: Nesting): Operation {
  const { parent, child } = nesting
  return {
    ...common(nesting, 'create', child.singular),
    method: 'POST',
    path: pathOf(nesting),
    summary: `Create a ${words(child.singular)} of a ${words(parent.singular)}`,
    parameters: [...parentParameters(nesting), ...flagParameters(child)],
    body: withoutFixed(bodyShape(child, 'create'), Object.keys(nesting.fixed(''))),
    responses: [{ ...recordShape(child), status: 201 }],
    ...accessTo(child, 'write'),
    async handle(call) {
      const fixed = nesting.fixed(await requireParent(call, nesting))
      const { fields, wrapper } = inputOf(child, call.body)
      for (const name of Object.keys(fixed)) {
        if (Object.hasOwn(fields, name)) call.ignored.add(wrapper ? `${wrapper}[${name}]` : name)
      }
      const own = { ...fields, ...fixed }
      return createReply(child, call, wrapper ? { [wrapper]: own } : own)
    },
  }
}

/** The body without the fields that the path fixes. */
function withoutFixed(shape: BodyShape, fixed: readonly string[]): BodyShape {
  const { properties, required, ...rest } = shape.schema as {
    properties?: Record<string, unknown>
    required?: string[]
  }
  const own = Object.entries(properties ?? {}).filter(([name]) => !fixed.includes(name))
  const schema = {
    ...rest,
    type: 'object',
    properties: Object.fromEntries(own),
    required: (required ?? []).filter((name) => !fixed.includes(name)),
  }
  return { ...shape, schema }
}

function memberOperations(nesting: Nesting, column: string): Operation[] {
  const { parent, child } = nesting
  const name = `${child.singular}_id`
  const parameters = [
    ...parentParameters(nesting),
    { ...idParameter, name, description: `The id of the ${words(child.singular)}.` },
  ]
  const shape = recordShape(child)
  const member = {
    path: `${pathOf(nesting)}/{${name}}`,
    ...accessTo(child, 'write'),
  }
  const within = (work: (call: Call) => Promise<Reply>) => async (call: Call) => {
    const parentId = await requireParent(call, nesting)
    const id = call.path[name] ?? ''
    const row = await call.read.store.find(child.name, id)
    const isHidden = row?.deleted_at !== null && !call.read.flags.has(includeDeleted)
    if (!row || isHidden || row[column] !== parentId) throw notFound(child, id)
    return work({ ...call, path: { id } })
  }
  const body = bodyShape(child, 'update')
  const of = `of a ${words(parent.singular)}`
  const operations: Operation[] = [
    {
      ...common(nesting, 'get', child.singular),
      ...member,
      method: 'GET',
      ...accessTo(child, 'read'),
      summary: `Get one ${words(child.singular)} ${of}`,
      parameters: [...parameters, deletedParameter, ...flagParameters(child)],
      responses: [shape],
      handle: within((call) => getReply(child, call)),
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
      ...accessTo(child, 'delete'),
      summary: `Delete a ${words(child.singular)} ${of}`,
      parameters: [...parameters, ...(nesting.deleteParameters ?? [])],
      responses: [{ status: 204, description: 'It is deleted.' }],
      handle: within((call) => deleteReply(child, call, nesting.deleteParameters)),
    },
  ]
  return operations.filter(({ method }) => method === 'GET' || child.operations.includes(kinds[method]))
}

const kinds = { POST: 'create', PUT: 'update', PATCH: 'update', DELETE: 'delete' } as const

/** `/pipelines/{id}/stages`, or with the record above: `/process_types/{id}/stages/{process_stage_id}/steps`. */
function pathOf({ parent, child, segment, within }: Nesting): string {
  const above = within
    ? `/${within.grandparent.name}/{id}/${within.segment}/{${parent.singular}_id}`
    : `/${parent.name}/{id}`
  return `${above}/${segment ?? child.name}`
}

function parentParameters({ parent, within }: Nesting): Parameter[] {
  if (!within) return [idParameter]
  const description = `The id of the ${words(parent.singular)}.`
  return [idParameter, { ...idParameter, name: `${parent.singular}_id`, description }]
}

async function requireParent(call: Call, { parent, within }: Nesting): Promise<string> {
  const above = call.path.id ?? ''
  if (!within) {
    await requireLive(call, parent, above)
    return above
  }
  await requireLive(call, within.grandparent, above)
  const id = call.path[`${parent.singular}_id`] ?? ''
  const row = await requireLive(call, parent, id)
  if (row[within.column] !== above) throw notFound(parent, id)
  return id
}

async function requireLive(call: Call, resource: Resource, id: string): Promise<Row> {
  const row = await call.read.store.find(resource.name, id)
  if (!row || row.deleted_at !== null) throw notFound(resource, id, row !== null)
  return row
}

function common({ parent, child }: Nesting, verb: string, name: string) {
  return {
    id: `${verb}${pascal(parent.singular)}${pascal(name)}`,
    tag: child.title,
    description: child.description,
  }
}
