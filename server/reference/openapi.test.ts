import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCodes } from '../errors/error-codes.ts'
import { operations } from '../resources/operations.ts'
import { openApiDocument } from './openapi.ts'

const all = operations(() => Promise.reject(new Error('no database here')))
const document = openApiDocument(all, { publicUrl: 'https://latchkey.example.org' })
const text = JSON.stringify(document)

test('every operation is in the document, once', () => {
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`,
    ),
  )
  assert.deepEqual(documented.sort(), all.map(({ id, method, path }) => `${id} ${method} ${path}`).sort())
})

test('every reference leads somewhere', () => {
  const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? ''))
  assert.ok(references.size > 50)
  for (const reference of references) {
    const target = reference
      .split('/')
      .slice(1)
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document)
    assert.ok(target, reference)
  }
})

test('a record inside of another one is a reference to its object', () => {
  const deal = document.components.schemas.Deal as unknown as {
    properties: { contacts: { items: object }; properties: { items: object } }
  }
  assert.deepEqual(deal.properties.contacts.items, { $ref: '#/components/schemas/Contact' })
  assert.deepEqual(deal.properties.properties.items, { $ref: '#/components/schemas/Property' })
})

test('decimals keep their format', () => {
  const unit = document.components.schemas.Unit as unknown as { properties: { num_bedrooms: object } }
  assert.equal((unit.properties.num_bedrooms as { format?: string }).format, 'decimal')
})

test('the tags are in the order of the reference, each with a description', () => {
  const names = document.tags.map(({ name }) => name)
  assert.deepEqual(names.slice(0, 3), ['Info', 'Users', 'Pipelines'])
  for (const { name, description } of document.tags) assert.notEqual(description, name)
})

test('a wrapped body is documented wrapped first, and flat', () => {
  const json = document.paths['/contacts']?.post?.requestBody?.content['application/json']
  const { anyOf: options } = (json?.schema ?? {}) as { anyOf: { title: string }[] }
  assert.deepEqual(
    options.map(({ title }) => title),
    ['Wrapped', 'Flat'],
  )
  assert.deepEqual(Object.keys(json?.example as object), ['contact'])
})

test('ranges are parameters for programs and a part of the description for people', () => {
  const folded = openApiDocument(all, { publicUrl: 'https://latchkey.example.org', ranges: 'folded' })
  assert.ok(text.includes('"name":"created_at[gte]"'))
  const shown = JSON.stringify({ paths: folded.paths, parameters: folded.components.parameters })
  assert.ok(!shown.includes('"name":"created_at[gte]"'))
  assert.ok(shown.includes('Ranges: `created_at[gte]=`'))
})

test('the guides carry every error code and the real address', () => {
  for (const code of Object.keys(errorCodes)) assert.ok(document.info.description.includes(`| \`${code}\` |`))
  assert.ok(document.info.description.includes("curl 'https://latchkey.example.org/rest/info/account'"))
  assert.doesNotMatch(document.info.description, /\{\{/)
})
