import Type from 'typebox'
import { ApiError } from '../errors/api-error.ts'
import { tagKey, tagNames, tagsOf } from '../resource-layer/fields/tags.ts'
import { FieldProblem, type Resource } from '../resource-layer/resource.ts'
import { requireRecord, update } from '../resource-layer/write.ts'
import { accessTo, type Call, type Operation, type Reply } from './operation.ts'
import { inputOf, recordReply } from './replies.ts'
import { flagParameters, idParameter, pascal, recordShape, words } from './shapes.ts'

const tagList = Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 })

/** Adding tags to a record, and taking some away, beside writing its whole list; none where it has no tags. */
export function tagOperations(resource: Resource): Operation[] {
  if (!resource.fields.tags || !resource.operations.includes('update')) return []
  const name = words(resource.singular)
  const common = {
    path: `/${resource.name}/{id}/tags`,
    tag: resource.title,
    responses: [recordShape(resource)],
    ...accessTo(resource, 'write'),
  }
  return [
    {
      ...common,
      id: `tag${pascal(resource.singular)}`,
      method: 'POST',
      summary: `Add tags to a ${name}`,
      description:
        'The tags that it has stay; one that it has already is not added twice. A tag that is new is created.',
      parameters: [idParameter, ...flagParameters(resource)],
      body: {
        schema: Type.Object({ tags: tagList }),
        wrapper: resource.singular,
        example: { tags: ['vip'] },
      },
      handle: (call) => retag(resource, call, (known, given) => [...known, ...given]),
    },
    {
      ...common,
      id: `untag${pascal(resource.singular)}`,
      method: 'DELETE',
      summary: `Take tags away from a ${name}`,
      description:
        'Only the tags that are named, whatever the case of their letters; one that it does not have is no error. They may stand in a body as well, as for adding.',
      parameters: [
        idParameter,
        {
          name: 'tags',
          in: 'query',
          description: 'The names of the tags to take away.',
          schema: Type.String({ maxLength: 100, examples: ['vip'] }),
          list: true,
          required: true,
        },
        ...flagParameters(resource),
      ],
      handle: (call) =>
        retag(resource, call, (known, given) => {
          const gone = new Set(given.map(tagKey))
          return known.filter((tag) => !gone.has(tagKey(tag)))
        }),
    },
  ]
}

function retag(
  resource: Resource,
  call: Call,
  change: (known: readonly string[], given: readonly string[]) => string[],
): Promise<Reply> {
  return call.write(async (writer, read) => {
    const row = await requireRecord(writer, resource, call.path.id ?? '', 'update')
    call.requireMatch(row)
    const given = namesIn(resource, call)
    const fields = { tags: change(await tagsOf(writer, String(row.id)), given) }
    const input = { fields, wrapper: null }
    return recordReply(resource, await update(writer, resource, row, input, call.writeSettings), { read })
  })
}

function namesIn(resource: Resource, call: Call): string[] {
  const { fields, wrapper } = inputOf(resource, call.body)
  const named = (name: string) => (wrapper ? `${wrapper}[${name}]` : name)
  for (const name of Object.keys(fields)) if (name !== 'tags') call.ignored.add(named(name))
  const isInBody = fields.tags !== undefined
  const param = isInBody ? named('tags') : 'tags'
  const given = isInBody || call.query.tags === undefined ? fields.tags : call.query.tags
  if (given === undefined || given === null || given === '') {
    throw new ApiError('missing_field', `${param} is missing`, { param })
  }
  try {
    return tagNames(given)
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error
    throw new ApiError(error.code, `${param} ${error.message}`, { param })
  }
}
