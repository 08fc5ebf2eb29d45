import Type from 'typebox'
import { ApiError } from '../errors/api-error.ts'
import { type ExternalId, parseExternalId, recordOf } from '../resource-layer/fields/external-ids.ts'
import { isWritten } from '../resource-layer/fields-of.ts'
import { FieldProblem, type Resource } from '../resource-layer/resource.ts'
import { create, notFound, requireRecord, update } from '../resource-layer/write.ts'
import { ConflictError } from '../storage/retry.ts'
import { accessTo, type Call, type Operation, type Parameter, type Reply } from './operation.ts'
import { createdReply, inputOf, recordReply } from './replies.ts'
import { bodyShape, flagParameters, pascal, recordShape, words } from './shapes.ts'

const parameters: Parameter[] = [
  {
    name: 'source',
    in: 'path',
    description: 'The system that the id is of, such as `ledger`.',
    schema: Type.String({ maxLength: 255, examples: ['ledger'] }),
    required: true,
  },
  {
    name: 'external_id',
    in: 'path',
    description: 'The id that the record has there.',
    schema: Type.String({ maxLength: 255, examples: ['T-1042'] }),
    required: true,
  },
]

/** Reading and writing a record by the id that it has elsewhere (`contract.md` §2). */
export function externalOperations(resource: Resource): Operation[] {
  if (!isWritten(resource)) return []
  const path = `/${resource.name}/by_external_id/{source}/{external_id}`
  const common = { path, tag: resource.title, parameters: [...parameters, ...flagParameters(resource)] }
  const name = words(resource.singular)
  return [
    {
      ...common,
      id: `get${pascal(resource.singular)}ByExternalId`,
      method: 'GET',
      summary: `Get one ${name} by the id it has elsewhere`,
      description: `The ${name} that carries this id in \`external_ids\`.`,
      responses: [recordShape(resource)],
      ...accessTo(resource, 'read'),
      handle: (call) => getReply(resource, call),
    },
    {
      ...common,
      id: `upsert${pascal(resource.singular)}`,
      method: 'PUT',
      summary: `Create or change a ${name} by the id it has elsewhere`,
      description: `Changes the ${name} that carries this id, or creates one that does (201). A new one needs the required fields. Repeating it is safe: no second ${name} is made.`,
      body: bodyShape(resource, 'update'),
      responses: [
        recordShape(resource),
        { ...recordShape(resource), status: 201, description: `The ${name} is new.` },
      ],
      ...accessTo(resource, 'write'),
      handle: (call) => upsertReply(resource, call),
    },
  ]
}

async function getReply(resource: Resource, call: Call): Promise<Reply> {
  const id = idIn(call)
  const recordId = await recordOf(call.read.store, resource.name, id)
  const row = recordId && (await call.read.store.find(resource.name, recordId))
  if (!row || row.deleted_at !== null) throw notFound(resource, `${id.external_id} of ${id.source}`)
  return recordReply(resource, row, call)
}

/**
 * That no record has the id yet is read before the transaction: a transaction that reads where all others insert
 * conflicts with each of them on PostgreSQL. If one has it meanwhile, that shows as it is written, and the next try
 * reads inside.
 */
async function upsertReply(resource: Resource, call: Call): Promise<Reply> {
  const id = idIn(call)
  const input = inputOf(resource, call.body)
  let isThoughtNew = (await recordOf(call.read.store, resource.name, id)) === null
  return call.write(async (writer, read) => {
    const recordId = isThoughtNew ? null : await recordOf(writer, resource.name, id)
    const wasThoughtNew = isThoughtNew
    isThoughtNew = false
    if (recordId === null) {
      const given = Array.isArray(input.fields.external_ids) ? input.fields.external_ids : []
      const fields = { ...input.fields, external_ids: withId(given, id) }
      try {
        const row = await create(writer, resource, { ...input, fields }, call.writeSettings)
        return createdReply(resource, row, read)
      } catch (error) {
        const isTaken = error instanceof ApiError && error.code === 'already_exists' && wasThoughtNew
        if (isTaken && (await recordOf(writer, resource.name, id)) !== null) throw new ConflictError(error)
        throw error
      }
    }
    const existing = await requireRecord(writer, resource, recordId, 'update')
    call.requireMatch(existing)
    // A list that leaves this id out would cut the record off from the address it was written by.
    const given = input.fields.external_ids
    const fields = Array.isArray(given) ? { ...input.fields, external_ids: withId(given, id) } : input.fields
    const row = await update(writer, resource, existing, { ...input, fields }, call.writeSettings)
    return recordReply(resource, row, { read })
  })
}

function withId(given: readonly unknown[], id: ExternalId): unknown[] {
  const others = given.filter(
    (entry) =>
      !(typeof entry === 'object' && entry !== null && 'source' in entry && entry.source === id.source),
  )
  return [id, ...others]
}

function idIn(call: Call): ExternalId {
  const { source, external_id } = call.path
  try {
    return parseExternalId({ source, external_id })
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error
    throw new ApiError('invalid_parameter', `The path must name a source and an id; it ${error.message}`)
  }
}
