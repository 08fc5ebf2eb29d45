import Type from 'typebox'
import { ApiError } from '../errors/api-error.ts'
import { idSchema, nullableIf } from '../resource-layer/fields/schemas.ts'
import type { Resource } from '../resource-layer/resource.ts'
import { requireRecord, update } from '../resource-layer/write.ts'
import { accessTo, type Call, type Operation } from './operation.ts'
import { inputOf, recordReply } from './replies.ts'
import { flagParameters, idParameter, pascal, recordShape, words } from './shapes.ts'

/** `POST /{resource}/{id}/reassign` of a resource whose records somebody works on, by its field `user_id`. */
export function reassignOperation(resource: Resource): Operation {
  const name = words(resource.singular)
  return {
    id: `reassign${pascal(resource.singular)}`,
    method: 'POST',
    path: `/${resource.name}/{id}/reassign`,
    tag: resource.title,
    summary: `Give a ${name} to somebody`,
    description: 'To the user of that id, or to nobody with null. Nothing else of it changes.',
    parameters: [idParameter, ...flagParameters(resource)],
    body: {
      schema: Type.Object({ user_id: nullableIf(true, idSchema) }),
      wrapper: resource.singular,
      example: { user_id: null },
    },
    responses: [recordShape(resource)],
    ...accessTo(resource, 'write'),
    handle(call) {
      return call.write(async (writer, read) => {
        const row = await requireRecord(writer, resource, call.path.id ?? '', 'reassign')
        const input = assigneeIn(resource, call)
        call.requireMatch(row)
        return recordReply(resource, await update(writer, resource, row, input, call.writeSettings), { read })
      })
    },
  }
}

function assigneeIn(resource: Resource, call: Call) {
  const { fields, wrapper } = inputOf(resource, call.body)
  const named = (name: string) => (wrapper ? `${wrapper}[${name}]` : name)
  const names = Object.values(resource.fields).flatMap(({ write }) => write?.names ?? [])
  const taken = ['user_id', 'assignee_id'].filter((name) => names.includes(name))
  const own = Object.entries(fields).filter(([name]) => taken.includes(name))
  for (const name of Object.keys(fields)) if (!taken.includes(name)) call.ignored.add(named(name))
  if (own.length === 0) {
    const param = named('user_id')
    throw new ApiError('missing_field', `${param} is missing`, { param })
  }
  return { fields: Object.fromEntries(own), wrapper }
}
