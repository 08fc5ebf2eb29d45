import type { OpenApiDocument } from '../../server/reference/openapi.types.ts'
import { type Journey, parameterNames, takesJson } from './journeys.ts'

/** Both programs take the address of the server and a key, and print the journeys that they have made. */
const beginning = `const [address = '', key = ''] = process.argv.slice(2)
const made: string[] = []
function fail(what: string, answer: unknown): never {
  throw new Error(what + ' answered ' + JSON.stringify(answer))
}
function formOf(fields: object): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return form
}
`

const ending = 'console.log(JSON.stringify(made))\n'

/** The program of somebody who uses openapi-fetch with the types of openapi-typescript. */
export function fetchProgram(document: OpenApiDocument, journeys: readonly Journey[]): string {
  return [
    "import createClient from 'openapi-fetch'\nimport type { paths } from './api.js'\n",
    beginning,
    "const client = createClient<paths>({ baseUrl: address + '/rest', headers: { authorization: 'Bearer ' + key } })\n",
    ...journeys.map((journey) => fetchJourney(document, journey)),
    ending,
  ].join('')
}

function fetchJourney(document: OpenApiDocument, journey: Journey): string {
  const { kind, fields, changes } = journey
  const one = `'/${kind}/{id}'`
  const path = 'path: { id }'
  const lines: string[] = []
  if (journey.create) {
    const form = takesJson(journey.create) ? '' : ', bodySerializer: formOf'
    lines.push(
      `const created = await client.POST('/${kind}', { body: ${literal(fields)}${form} })`,
      `if (!created.data) fail('create ${kind}', created.error)`,
      'const id: string = created.data.data.id',
    )
  } else {
    lines.push(
      `const all = await client.GET('/${kind}', { params: { query: ${literal(queryOf(document, journey))} } })`,
      `const id = all.data?.data[0]?.id ?? fail('list ${kind}', all.error)`,
    )
  }
  if (journey.get)
    lines.push(
      `const read = await client.GET(${one}, { params: { ${path} } })`,
      `if (read.data?.data.id !== id) fail('get ${kind}', read.error)`,
    )
  if (journey.list)
    lines.push(
      `const listed = await client.GET('/${kind}', { params: { query: ${literal(queryOf(document, journey))} } })`,
      `if (!listed.data?.data.some((record) => record.id === id)) fail('list ${kind}', listed.error ?? listed.data)`,
    )
  if (journey.update)
    lines.push(
      `const changed = await client.PATCH(${one}, { params: { ${path} }, body: ${literal(changes)} })`,
      `if (changed.data?.data.id !== id) fail('update ${kind}', changed.error)`,
    )
  if (journey.delete)
    lines.push(
      `const deleted = await client.DELETE(${one}, { params: { ${path} } })`,
      `if (deleted.response.status !== 204) fail('delete ${kind}', deleted.error)`,
      `const gone = await client.GET(${one}, { params: { ${path} } })`,
      `if (gone.error?.code !== 'not_found') fail('get deleted ${kind}', gone.data)`,
    )
  if (journey.restore)
    lines.push(
      `const restored = await client.POST('/${kind}/{id}/restore', { params: { ${path} } })`,
      `if (restored.data?.data.id !== id) fail('restore ${kind}', restored.error)`,
    )
  return block(kind, lines)
}

/** The program of somebody who uses the client of swagger-typescript-api. */
export function apiProgram(document: OpenApiDocument, journeys: readonly Journey[]): string {
  return [
    "import { Api } from './client.js'\n",
    beginning,
    `const client = new Api({
  baseUrl: address + '/rest',
  securityWorker: () => ({ headers: { authorization: 'Bearer ' + key } }),
})
`,
    ...journeys.map((journey) => apiJourney(document, journey)),
    ending,
  ].join('')
}

function apiJourney(document: OpenApiDocument, journey: Journey): string {
  const { kind, create, get, list, update, fields, changes } = journey
  const group = `client.${camel(kind)}`
  const lines: string[] = []
  if (create) {
    const body = literal(fields)
    // What is required comes first in its functions.
    const given = create.requestBody?.required ? `${body}, {}` : `{}, ${body}`
    lines.push(
      `const created = await ${group}.${create.operationId}(${given})`,
      'const id: string = created.data.data.id',
    )
  } else if (list) {
    lines.push(
      `const all = await ${group}.${list.operationId}(${literal(queryOf(document, journey))})`,
      `const id = all.data.data[0]?.id ?? fail('list ${kind}', all.data)`,
    )
  }
  if (get)
    lines.push(
      `const read = await ${group}.${get.operationId}(id)`,
      `if (read.data.data.id !== id) fail('get ${kind}', read.data)`,
    )
  if (list)
    lines.push(
      `const listed = await ${group}.${list.operationId}(${literal(queryOf(document, journey))})`,
      `if (!listed.data.data.some((record) => record.id === id)) fail('list ${kind}', listed.data)`,
    )
  if (update) {
    const given = update.requestBody?.required ? `${literal(changes)}, {}` : `{}, ${literal(changes)}`
    lines.push(
      `const changed = await ${group}.${update.operationId}(id, ${given})`,
      `if (changed.data.data.id !== id) fail('update ${kind}', changed.data)`,
    )
  }
  if (journey.delete)
    lines.push(
      `const deleted = await ${group}.${journey.delete.operationId}(id)`,
      `if (deleted.status !== 204) fail('delete ${kind}', deleted.data)`,
    )
  if (journey.restore)
    lines.push(
      `const restored = await ${group}.${journey.restore.operationId}(id)`,
      `if (restored.data.data.id !== id) fail('restore ${kind}', restored.data)`,
    )
  return block(kind, lines)
}

/** A range, whose name has brackets, and the newest first, so that the record is on the page. */
function queryOf(document: OpenApiDocument, { list }: Journey): Record<string, unknown> {
  const known = list ? parameterNames(document, list) : []
  const wanted = { 'created_at[gte]': '2020-01-01T00:00:00Z', order_direction: 'desc', per_page: 200 }
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => known.includes(name)))
}

function block(kind: string, lines: readonly string[]): string {
  return `{\n${[...lines, `made.push('${kind}')`].map((line) => `  ${line}\n`).join('')}}\n`
}

/** A value in the words of the program; a file is what a document says of one. */
function literal(value: unknown): string {
  if (value instanceof File) return "new File(['Dear tenant,'], 'letter.txt') as never"
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([name, one]) => `${JSON.stringify(name)}: ${literal(one)}`)
      .join(', ')} }`
  }
  return JSON.stringify(value)
}

function camel(kind: string): string {
  return kind.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
