import Type from 'typebox'
import type { Problem } from '../../errors/api-error.ts'
import type { ReadContext } from '../../resource-layer/resource.ts'
import { notFound, requireRecord } from '../../resource-layer/write.ts'
import { accessTo, type Call, type Operation, type Reply, type ResponseShape } from '../../rest/operation.ts'
import { createdReply } from '../../rest/replies.ts'
import { idParameter, recordShape } from '../../rest/shapes.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'
import {
  definitionBody,
  definitionFormat,
  definitionOf,
  definitionSchema,
  definitionVersion,
} from './process-types.definition.ts'
import { readDefinition } from './process-types.document.ts'
import { processTypes } from './process-types.schema.ts'
import { writeDefinition } from './process-types.write-definition.ts'

const example = {
  format: definitionFormat,
  name: 'Lease Renewals',
  naming_template: 'Renewal of {{property.street}}',
  stages: [
    {
      name: 'Review',
      status: 'backlog',
      steps: [{ kind: 'todo', name: 'Market rent', description: 'Compare the rents.', delay_minutes: 0 }],
    },
    { name: 'Renewed', status: 'completed', steps: [] },
  ],
  contact_roles: [{ key: 'tenant', name: 'Tenant' }],
  assignee_roles: [{ key: 'leasing_agent', name: 'Leasing agent' }],
  custom_fields: [{ key: 'answer', label: 'Answer', data_type: 'choices', options: ['Renews', 'Leaves'] }],
}

const shape: ResponseShape = {
  status: 200,
  description: 'The definition.',
  schema: Type.Object({ data: definitionSchema }, { additionalProperties: false }),
}

const body = { schema: definitionBody, wrapper: 'definition', example }

/** Lists that are not named stay as they are. */
const partialExample = {
  format: definitionFormat,
  name: 'Renewals',
  custom_fields: [{ key: 'answer', label: 'Answer', data_type: 'choices', options: ['Renews', 'Leaves'] }],
}

const path = `/${processTypes.name}/{id}/definition`

/** Process types as JSON documents: read, imported, and changed as a whole (`contract.md` §2). */
export const definitionOperations: readonly Operation[] = [
  {
    id: 'getProcessTypeDefinition',
    method: 'GET',
    path,
    tag: processTypes.title,
    summary: 'Export a process type as one document',
    description:
      'The type with its naming template, stages with their steps, roles and custom fields, in their order and without ids, to be kept as code or imported elsewhere.',
    parameters: [idParameter],
    responses: [shape],
    ...accessTo(processTypes, 'read'),
    async handle(call) {
      const id = call.path.id ?? ''
      const type = await call.read.store.find(processTypes.name, id)
      if (!type || type.deleted_at !== null) throw notFound(processTypes, id, type !== null)
      return definitionReply(type, call.read)
    },
  },
  {
    id: 'replaceProcessTypeDefinition',
    method: 'PUT',
    path,
    tag: processTypes.title,
    summary: 'Make a process type what a document says',
    description:
      'In one transaction. Roles and custom fields are recognised by their keys, stages by their names, steps by kind, name and text, else by their places. What is new is added, what is gone is deleted unless something needs it (409), a list that is left out stays. Every problem is named by its path, such as `stages[2].steps[0].kind`.',
    parameters: [idParameter],
    body: { ...body, example: partialExample },
    responses: [shape],
    ...accessTo(processTypes, 'write'),
    handle: (call) =>
      call.write(async (writer, read) => {
        const type = await requireRecord(writer, processTypes, call.path.id ?? '', 'update')
        call.requireMatch({ version: await definitionVersion(writer, type) })
        return definitionReply(await written(call, writer, type), read)
      }),
  },
  {
    id: 'importProcessType',
    method: 'POST',
    path: `/${processTypes.name}/import`,
    tag: processTypes.title,
    summary: 'Create a process type from a document',
    description:
      'The document is what the export of a definition gives. All of it is created in one transaction, or nothing: every problem is named by its path.',
    parameters: [],
    body,
    responses: [{ ...recordShape(processTypes), status: 201 }],
    ...accessTo(processTypes, 'write'),
    handle: (call) =>
      call.write(async (writer, read) => createdReply(processTypes, await written(call, writer, null), read)),
  },
]

function written(call: Call, writer: AccountWriter, type: Row | null): Promise<Row> {
  const problems: Problem[] = []
  const sent = readDefinition(call.body, { problems, ignored: call.ignored })
  return writeDefinition({ writer, settings: call.writeSettings, problems }, sent, type)
}

async function definitionReply(type: Row, read: ReadContext): Promise<Reply> {
  return {
    status: 200,
    body: { data: await definitionOf(type, read) },
    records: 1,
    version: await definitionVersion(read.store, type),
  }
}
