import type { Resource } from '../resource-layer/resource.ts'
import { resources as allResources } from '../resources/operations.ts'
import { batch } from '../rest/batch.ts'
import { deprecationNote } from '../rest/deprecation.ts'
import { apiVersion } from '../rest/frame.ts'
import type { Operation } from '../rest/operation.ts'
import { codeSamples } from './code-samples.ts'
import { errorComponents, problemSchema } from './errors.ts'
import { createExamples, exampleId } from './examples.ts'
import { guideText } from './guides.ts'
import { headerComponents } from './headers.ts'
import type { OpenApiDocument, OperationObject } from './openapi.types.ts'
import { createParameters } from './parameters.ts'
import { exampleBody, requestBody } from './request-bodies.ts'
import { responsesOf } from './responses.ts'
import { createSchemas, plain, propertiesOf } from './schemas.ts'

export interface DocumentOptions {
  /** Where people reach the server, without a trailing slash. */
  publicUrl: string
  /** What gives names to the objects, and order and words to the tags. */
  resources?: readonly Resource[]
  /**
   * Whether `created_at[gte]` and its like stand as parameters of their own, as programs need them, or in
   * the description of `created_at`, as people read them.
   */
  ranges?: 'each' | 'folded'
}

/** The OpenAPI 3.1 document of the API, made from its operations alone. */
export function openApiDocument(operations: readonly Operation[], options: DocumentOptions): OpenApiDocument {
  const { publicUrl, resources = allResources, ranges = 'each' } = options
  const schemas = createSchemas(resources, { Problem: problemSchema, ListMeta: listMetaOf(operations) })
  const examples = createExamples(resources, publicUrl)
  const parameters = createParameters(operations, schemas, ranges)

  const operationObject = (operation: Operation): OperationObject => {
    const resource = resourceOf(operation, resources)
    const body = requestBody(operation, schemas, resource)
    return {
      operationId: operation.id,
      tags: [operation.tag],
      summary: operation.summary,
      description: describe(operation),
      ...(operation.deprecated ? { deprecated: true } : {}),
      ...(operation.access === 'public' ? { security: [] } : {}),
      parameters: parameters.of(operation),
      ...(body ? { requestBody: body } : {}),
      responses: responsesOf(operation, { schemas, examples, resource }),
      'x-codeSamples': codeSamples({
        method: operation.method,
        url: `${publicUrl}/rest${examplePath(operation, resource, resources)}`,
        body: exampleBody(operation, resource),
        isPublic: operation.access === 'public',
      }),
    }
  }

  const paths: OpenApiDocument['paths'] = {}
  for (const operation of operations) {
    const path = paths[operation.path] ?? {}
    path[operation.method.toLowerCase()] = operationObject(operation)
    paths[operation.path] = path
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Latchkey REST API',
      version: apiVersion,
      description: guideText({ publicUrl }),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: `${publicUrl}/rest`, description: 'This server' }],
    security: [{ apiKey: [] }],
    tags: tagsOf(operations, resources),
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description:
            'The API key of the account, as `Authorization: Bearer lk_live_…`. The bare key, `Authorization: lk_live_…`, works too.',
        },
      },
      schemas: { ...schemas.used(), Problem: problemSchema },
      parameters: parameters.components,
      headers: headerComponents,
      responses: errorComponents,
    },
  }
}

function describe({ description, deprecated }: Operation): string {
  return deprecated ? `${deprecationNote(deprecated)} ${description}` : description
}

/** What an operation shows: the resource of its tag, and in `Info` the one that its schema is of. */
function resourceOf(operation: Operation, resources: readonly Resource[]): Resource | undefined {
  const own = resources.find((resource) => resource.title === operation.tag)
  if (own) return own
  const word = operation.path.split('/').at(-1)
  return resources.find((resource) => resource.singular === word)
}

/** The path with an example in each place: the parameter's own, or an id. */
function examplePath(
  operation: Operation,
  own: Resource | undefined,
  resources: readonly Resource[],
): string {
  const { path, parameters } = operation
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((known) => known.in === 'path' && known.name === name)
    const [example] = (parameter?.schema as { examples?: unknown[] } | undefined)?.examples ?? []
    if (typeof example === 'string') return encodeURIComponent(example)
    const parent = path.split('/')[1]
    const named = resources.find((resource) => `${resource.singular}_id` === name)
    return exampleId(named?.name ?? parent ?? own?.name ?? name)
  })
}

const otherTags: Record<string, string> = {
  Batch: 'Many operations in one request, one after the other or all in one transaction.',
  Info: 'Which account and person a key belongs to. Call these to check that a key works.',
}

function tagsOf(operations: readonly Operation[], resources: readonly Resource[]): OpenApiDocument['tags'] {
  const used = new Set(operations.map((operation) => operation.tag))
  const titles = resources.map((resource) => resource.title)
  const others = [...used].filter((tag) => !titles.includes(tag))
  const own = titles.filter((title) => used.has(title))
  // What is about no one resource comes first, what is about all of them last.
  const first = others.filter((tag) => tag !== batch.tag)
  const last = others.filter((tag) => tag === batch.tag)
  return [...first, ...own, ...last].map((name) => ({
    name,
    description:
      otherTags[name] ?? resources.find((resource) => resource.title === name)?.description ?? name,
  }))
}

/** The `meta` of every list is the same. */
function listMetaOf(operations: readonly Operation[]) {
  const metas = operations
    .flatMap((operation) => operation.responses)
    .flatMap(({ schema }) => (schema ? [propertiesOf(plain(schema)).meta] : []))
  return metas.find((meta) => meta !== undefined && 'has_more' in propertiesOf(meta)) ?? {}
}
