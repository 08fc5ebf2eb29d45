import type { Resource } from '../resource-layer/resource.ts'
import { resources as allResources } from '../resources/operations.ts'
import { reportsTag } from '../resources/reports/reports.shape.ts'
import { batch } from '../rest/batch.ts'
import { deprecationNote } from '../rest/deprecation.ts'
import { apiVersion } from '../rest/frame.ts'
import type { Operation } from '../rest/operation.ts'
import { codeSamples, type SampleRequest } from './code-samples.ts'
import { errorComponents, problemSchema } from './errors.ts'
import { type ExampleRequest, exampleRequest } from './example-requests.ts'
import { guideText } from './guides.ts'
import { headerComponents } from './headers.ts'
import type { JsonObject, OpenApiDocument, OperationObject } from './openapi.types.ts'
import { createParameters } from './parameters.ts'
import { recordedExamples } from './recorded-examples.ts'
import { requestBody } from './request-bodies.ts'
import { responsesOf } from './responses.ts'
import { createSchemas, plain, propertiesOf } from './schemas.ts'
import { changeSchemas, webhooksOf } from './webhooks.ts'

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
  const schemas = createSchemas(resources, {
    Problem: problemSchema,
    ListMeta: listMetaOf(operations),
    ...changeSchemas(resources),
  })
  const examples = recordedExamples(publicUrl)
  const parameters = createParameters(operations, schemas, ranges)

  const operationObject = (operation: Operation): OperationObject => {
    const example = exampleRequest(operation, resources)
    const body = requestBody(operation, schemas, example)
    return {
      operationId: operation.id,
      tags: [operation.tag],
      summary: operation.summary,
      description: describe(operation),
      ...(operation.deprecated ? { deprecated: true } : {}),
      ...securityOf(operation),
      parameters: parameters.of(operation),
      ...(body ? { requestBody: body } : {}),
      responses: responsesOf(operation, { schemas, examples: examples[operation.id] ?? {} }),
      'x-codeSamples': codeSamples({
        method: operation.method,
        url: `${publicUrl}/rest${example.path}`,
        ...sampleBody(example),
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
  const webhooks = webhooksOf(resources, schemas)
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
    webhooks,
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

/** The scope that it needs stands where OpenAPI 3.1 has the roles of a security requirement. */
function securityOf({ access, need }: Operation): Pick<OperationObject, 'security'> {
  if (access === 'public') return { security: [] }
  return need ? { security: [{ apiKey: [need.join(':')] }] } : {}
}

/** What a sample sends: JSON, or a form where a file has to come along. */
function sampleBody({ body, file }: ExampleRequest): Pick<SampleRequest, 'body' | 'form'> {
  return file === null ? { body } : { body: null, form: { fields: body as JsonObject, file } }
}

function describe({ description, deprecated }: Operation): string {
  return deprecated ? `${deprecationNote(deprecated)} ${description}` : description
}

const aboutAll = [reportsTag, batch.tag]

const otherTags: Record<string, string> = {
  Batch: 'Many operations in one request, one after the other or all in one transaction.',
  [reportsTag]:
    'Numbers about deals, processes and tasks. Each is defined in words, and comes with the list that it can be counted in.',
  Info: 'Which account and person a key belongs to. Call these to check that a key works.',
}

function tagsOf(operations: readonly Operation[], resources: readonly Resource[]): OpenApiDocument['tags'] {
  const used = new Set(operations.map((operation) => operation.tag))
  const titles = resources.map((resource) => resource.title)
  const others = [...used].filter((tag) => !titles.includes(tag))
  const own = titles.filter((title) => used.has(title))
  // What is about no one resource comes first, what is about all of them last.
  const first = others.filter((tag) => !aboutAll.includes(tag))
  const last = others.filter((tag) => aboutAll.includes(tag))
  return [...first, ...own, ...last].map((name) => ({
    name,
    description:
      otherTags[name] ?? resources.find((resource) => resource.title === name)?.description ?? name,
  }))
}

/** The `meta` of every list is the same. */
function listMetaOf(operations: readonly Operation[]) {
  for (const { schema } of operations.flatMap((operation) => operation.responses)) {
    const meta = schema && propertiesOf(plain(schema)).meta
    if (meta && 'has_more' in propertiesOf(meta)) return meta
  }
  return {}
}
