import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import swaggerParser from '@apidevtools/swagger-parser'
import { operations } from '../resources/operations.ts'
import { openApiDocument } from './openapi.ts'
import type { JsonObject, OpenApiDocument } from './openapi.types.ts'
import { swaggerDocument } from './swagger.ts'
import { swaggerSchema } from './swagger-schema.ts'
import { type ReferenceServer, startReferenceServer } from './testing.ts'

const all = operations(() => Promise.reject(new Error('no database here')))
const openApi = openApiDocument(all, { publicUrl: 'https://latchkey.example.org' })

interface Swagger {
  swagger: string
  host: string
  basePath: string
  schemes: string[]
  paths: Record<string, Record<string, JsonObject & { operationId: string; parameters: JsonObject[] }>>
  definitions: Record<string, { properties: Record<string, JsonObject> }>
}

const document = swaggerDocument(openApi) as unknown as Swagger

let server: ReferenceServer
before(async () => {
  server = await startReferenceServer()
})
after(() => server.close())

test('the document is valid Swagger 2.0 and has every operation', async () => {
  await swaggerParser.validate(structuredClone(document) as never)
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  )
  assert.deepEqual(ids.sort(), all.map(({ id }) => id).sort())
  assert.deepEqual(
    [document.host, document.basePath, document.schemes],
    ['latchkey.example.org', '/rest', ['https']],
  )
})

test('it is public, with a key, with a wrong one and without, and is not sent twice', async () => {
  for (const path of ['/rest/swagger_doc.json', '/rest/v1/swagger_doc.json']) {
    for (const authorization of [undefined, `Bearer ${server.key}`, 'Bearer nonsense']) {
      const response = await fetch(server.url + path, { headers: authorization ? { authorization } : {} })
      assert.equal(response.status, 200)
      assert.equal(response.headers.get('access-control-allow-origin'), '*')
      const { swagger, host } = (await response.json()) as Swagger
      assert.deepEqual([swagger, `http://${host}`], ['2.0', server.url])
      const etag = response.headers.get('etag') ?? ''
      assert.equal((await fetch(server.url + path, { headers: { 'if-none-match': etag } })).status, 304)
    }
  }
})

test('a body is one parameter with the fields as they may be sent flat', () => {
  const body = document.paths['/contacts']?.post?.parameters.find((parameter) => parameter.in === 'body')
  assert.deepEqual(body?.schema, { $ref: '#/definitions/ContactFields' })
})

test('a body of several parts keeps its wrappers', () => {
  const body = document.paths['/deals']?.post?.parameters.find((parameter) => parameter.in === 'body')
  const schema = (body?.schema ?? {}) as { properties?: object }
  assert.deepEqual(Object.keys(schema.properties ?? {}), ['deal', 'contact', 'property'])
})

test('what is read as null or as one of two types is told so that no reader stumbles', () => {
  const value = document.definitions.CustomFieldValue?.properties.value
  assert.equal(value?.type, undefined)
  assert.equal(value?.['x-nullable'], true)
  const company = document.definitions.Contact?.properties.company_name
  assert.deepEqual([company?.type, company?.['x-nullable']], ['string', true])
})

const cases: [name: string, schema: JsonObject, direction: 'read' | 'sent', expected: JsonObject][] = [
  ['a constant', { const: 'a' }, 'read', { enum: ['a'] }],
  [
    'a list of values with null',
    { type: ['string', 'null'], enum: ['a', null] },
    'read',
    { type: 'string', enum: ['a'], 'x-nullable': true },
  ],
  [
    'a limit that is not included',
    { type: 'number', exclusiveMinimum: 0 },
    'read',
    { type: 'number', minimum: 0, exclusiveMinimum: true },
  ],
  [
    'an object or null',
    { anyOf: [{ $ref: '#/components/schemas/User' }, { type: 'null' }], description: 'Who.' },
    'read',
    { allOf: [{ $ref: '#/definitions/User' }], description: 'Who.', 'x-nullable': true },
  ],
  [
    'several types that are sent',
    { anyOf: [{ type: 'string', format: 'decimal' }, { type: 'number' }] },
    'sent',
    { type: 'string', format: 'decimal' },
  ],
  ['several types that are read', { type: ['string', 'number'] }, 'read', {}],
  ['no required fields', { type: 'object', required: [] }, 'read', { type: 'object' }],
]

for (const [name, schema, direction, expected] of cases) {
  test(`${name} (${direction}) in the words of Swagger 2.0`, () => {
    assert.deepEqual(swaggerSchema(schema, direction), expected)
  })
}

test('a body with a file is a form whose file is a file', async () => {
  const upload: OpenApiDocument = structuredClone(openApi)
  const post = upload.paths['/notes']?.post
  assert.ok(post)
  post.requestBody = {
    required: true,
    description: 'A file and what it belongs to.',
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          required: ['file', 'uploadable_id'],
          properties: {
            file: { type: 'string', contentMediaType: 'application/octet-stream', description: 'The file.' },
            uploadable_id: { type: 'string', format: 'uuid' },
            tags: { type: 'array', items: { type: 'string' } },
            public_access: { type: ['boolean', 'null'] },
          },
        },
      },
    },
  }
  const made = swaggerDocument(upload) as unknown as Swagger
  await swaggerParser.validate(structuredClone(made) as never)
  const operation = made.paths['/notes']?.post
  assert.deepEqual(operation?.consumes, ['multipart/form-data'])
  const form = (operation?.parameters ?? []).filter((parameter) => parameter.in === 'formData')
  assert.deepEqual(
    form.map(({ name, type, required }) => [name, type, required]),
    [
      ['file', 'file', true],
      ['uploadable_id', 'string', true],
      ['tags', 'array', false],
      ['public_access', 'boolean', false],
    ],
  )
})
