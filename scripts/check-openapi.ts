/**
 * Checks the OpenAPI document, the Swagger document made from it and that the changelog keeps step with them,
 * without a database: `node scripts/check-openapi.ts`. Exits 1 on any problem.
 */
import swaggerParser from '@apidevtools/swagger-parser'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { changelog } from '../server/reference/changelog.ts'
import { documentValidator } from '../server/reference/document-validator.ts'
import { openApiDocument } from '../server/reference/openapi.ts'
import {
  isReference,
  type MediaType,
  type OpenApiDocument,
  type OperationObject,
} from '../server/reference/openapi.types.ts'
import { surfaceOf } from '../server/reference/surface.ts'
import { readSnapshot, surfaceProblems } from '../server/reference/surface-snapshot.ts'
import { swaggerDocument } from '../server/reference/swagger.ts'
import { operations } from '../server/resources/operations.ts'

const publicUrl = 'https://latchkey.example.org'

const neverCalled = () => Promise.reject(new Error('The check of the document calls no operation'))
const all = operations(neverCalled)
const document = openApiDocument(all, { publicUrl })
const folded = openApiDocument(all, { publicUrl, ranges: 'folded' })

const problems = [
  ...(await lint(document)),
  ...(await lint(folded)),
  ...completeness(document),
  ...examples(document),
  ...(await swagger(document)),
  ...surfaceProblems({ surface: surfaceOf(folded), snapshot: readSnapshot(), entries: changelog }),
]
for (const problem of new Set(problems)) process.stderr.write(`${problem}\n`)
const count = new Set(problems).size
process.stdout.write(`${all.length} operations, ${count === 0 ? 'no problems' : `${count} problems`}\n`)
process.exitCode = count === 0 ? 0 : 1

async function lint(given: OpenApiDocument): Promise<string[]> {
  const config = await createConfig({
    extends: ['recommended'],
    rules: {
      'operation-4xx-response': 'error',
      // Bodies take more than is documented, such as the fields of a property's unit without its name.
      'no-invalid-media-type-examples': { severity: 'error', allowAdditionalProperties: true },
      'no-ambiguous-paths': 'error',
      'operation-operationId-unique': 'error',
      'no-unused-components': 'error',
    },
  })
  const found = await lintFromString({ source: JSON.stringify(given), config })
  return found
    .filter((problem) => !isBesideId(problem))
    .map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer ?? 'document'})`)
}

/** A word such as `by_external_id` stands beside `/{resource}/{id}/…`: an id is a UUID, so no path fits both. */
function isBesideId({ ruleId, message }: { ruleId: string; message: string }): boolean {
  return ruleId === 'no-ambiguous-paths' && /\/by_external_id\/|\/events\/stream/.test(message)
}

async function swagger(given: OpenApiDocument): Promise<string[]> {
  try {
    await swaggerParser.validate(JSON.parse(JSON.stringify(swaggerDocument(given))))
    return []
  } catch (error) {
    return [`Swagger 2.0: ${error instanceof Error ? error.message : String(error)}`]
  }
}

function completeness(given: OpenApiDocument): string[] {
  const seen = new Set<string>()
  return everyOperation(given).flatMap(({ operation }) => {
    const { operationId, summary, description } = operation
    const missing: string[] = []
    if (seen.has(operationId)) missing.push('its operationId is taken')
    seen.add(operationId)
    if (!summary) missing.push('no summary')
    if (!description) missing.push('no description')
    if (bodies(operation).some(({ media }) => media.example === undefined))
      missing.push('no example of an answer: run npm run examples')
    if (operation.requestBody && bodyExample(operation) === undefined) {
      missing.push('no example of its body')
    }
    return missing.map((what) => `${operationId}: ${what}`)
  })
}

function examples(given: OpenApiDocument): string[] {
  const validate = documentValidator(given)
  const ofOperations = everyOperation(given).flatMap(({ operation, path, method }) => {
    const at = ['paths', path, method]
    const responses = bodies(operation).flatMap(({ status, type, media }) =>
      validate([...at, 'responses', status, 'content', type, 'schema'], media.example),
    )
    const request = (['application/json', 'multipart/form-data'] as const).flatMap((type) => {
      const example = operation.requestBody?.content[type]?.example
      return example === undefined ? [] : validate([...at, 'requestBody', 'content', type, 'schema'], example)
    })
    return [...responses, ...request].map((problem) => `${operation.operationId}: an example: ${problem}`)
  })
  const ofErrors = Object.entries(given.components.responses).flatMap(([name, { content }]) =>
    Object.values(content ?? {}).flatMap(({ example }) =>
      validate(['components', 'schemas', 'Problem'], example).map(
        (problem) => `${name}: its example: ${problem}`,
      ),
    ),
  )
  return [...ofOperations, ...ofErrors]
}

/** What needs a file comes as multipart alone. */
function bodyExample({ requestBody }: OperationObject) {
  const { content = {} } = requestBody ?? {}
  return (content['application/json'] ?? content['multipart/form-data'])?.example
}

function everyOperation(given: OpenApiDocument) {
  return Object.entries(given.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
}

/** The bodies of the responses that an operation has for itself. */
function bodies(operation: OpenApiDocument['paths'][string][string]) {
  return Object.entries(operation.responses).flatMap(([status, response]) => {
    if (isReference(response)) return []
    return Object.entries(response.content ?? {}).map(([type, media]: [string, MediaType]) => ({
      status,
      type,
      media,
    }))
  })
}
