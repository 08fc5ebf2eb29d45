import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify/sync'
import { type Place, readCursor } from '../resource-layer/cursor.ts'
import { definitionsOf } from '../resource-layer/custom-values.ts'
import { flagsOf } from '../resource-layer/fields-of.ts'
import { type ListQuery, list } from '../resource-layer/list.ts'
import { present } from '../resource-layer/present.ts'
import { includeDeleted, type ReadContext, type Resource } from '../resource-layer/resource.ts'
import { csvColumns, csvRow } from './csv-columns.ts'
import { listDocumentation } from './list-documentation.ts'
import { readListQuery } from './list-query.ts'
import { accessTo, type Call, type Operation, type Reply } from './operation.ts'
import { pascal, words } from './shapes.ts'

/** Rows that are read at once. A slow reader holds back twice as many. */
const rowsAtOnce = 500
const customFieldsFlag = 'include_custom_fields'
/** What has no meaning where everything comes at once, in one order. */
const notTaken = new Set([
  'page',
  'per_page',
  'cursor',
  'include_total',
  'order_field',
  'order_direction',
  customFieldsFlag,
])

/** Everything that a list shows, in one answer that is sent while it is read (`contract.md` §1). */
export function exportOperations(resource: Resource): Operation[] {
  if (!resource.operations.includes('list')) return []
  return (['ndjson', 'csv'] as const).map((format) => exportOperation(resource, format))
}

type Format = keyof typeof formats

const formats = {
  ndjson: {
    mediaType: 'application/x-ndjson',
    name: 'one JSON object a line',
    explanation: 'Each line is a record as `GET` shows it, with its custom fields.',
  },
  csv: {
    mediaType: 'text/csv',
    name: 'a table for spreadsheets',
    explanation:
      "The first line names the columns. Objects are spread over columns such as `stage.id`, custom fields stand in `custom_fields.<key>`, lists are JSON. A value that a spreadsheet would take for a formula has a ' in front.",
  },
} as const

function exportOperation(resource: Resource, format: Format): Operation {
  const { mediaType, name, explanation } = formats[format]
  return {
    id: `export${pascal(resource.name)}As${pascal(format)}`,
    method: 'GET',
    path: `/export/${resource.name}.${format}`,
    tag: resource.title,
    summary: `Export ${words(resource.name)} as ${name}`,
    description: `All that match, oldest first, sent while they are read. ${explanation}`,
    parameters: listDocumentation(resource).filter((parameter) => !notTaken.has(parameter.name)),
    responses: [{ status: 200, description: 'The records.', mediaType }],
    ...accessTo(resource, 'read'),
    handle: (call) => exportReply(resource, call, format),
  }
}

async function exportReply(resource: Resource, call: Call, format: Format): Promise<Reply> {
  const own = Object.entries(call.query).filter(([name]) => !notTaken.has(name))
  for (const name of Object.keys(call.query)) if (notTaken.has(name)) call.ignored.add(name)
  const form = Object.assign(Object.create(null), Object.fromEntries(own), {
    order_field: 'created_at',
    include_total: 'false',
    cursor: '',
  })
  const flags = exportFlags(resource)
  if (call.read.flags.has(includeDeleted)) flags.add(includeDeleted)
  const read = call.readBy('export')
  read.store.sight?.permit('export', resource.name, null)
  const context = { ...read, flags }
  const query = await readListQuery(resource, form, context, call.ignored)
  const batches = objectBatches(resource, { ...query, size: rowsAtOnce }, context)
  const texts = format === 'csv' ? csvTexts(resource, batches, context) : ndjsonTexts(batches)
  const day = new Date().toISOString().slice(0, 10)
  return {
    status: 200,
    records: 0,
    headers: {
      'content-type': `${formats[format].mediaType}; charset=utf-8`,
      'content-disposition': `attachment; filename="${resource.name}-${day}.${format}"`,
      'cache-control': 'private, no-store',
    },
    stream: Readable.from(counted(texts, call), { objectMode: true, highWaterMark: 1 }),
  }
}

function exportFlags(resource: Resource): Set<string> {
  return new Set(flagsOf(resource).filter((flag) => flag !== includeDeleted))
}

interface Batch {
  objects: Record<string, unknown>[]
}

interface Piece {
  text: string
  records: number
}

/**
 * Walks by key and never by number: no record is missed or doubled while others write. While a batch is made and
 * sent, the database is asked for the next.
 */
async function* objectBatches(
  resource: Resource,
  query: ListQuery,
  context: ReadContext,
): AsyncGenerator<Batch> {
  const from = (place: Place | null) =>
    list(resource, { ...query, start: { after: place }, includeTotal: false }, context)
  let asked = from(null)
  for (;;) {
    const { rows, nextCursor } = await asked
    const place = nextCursor === null ? null : readCursor(nextCursor, query.order)
    if (place !== null) {
      asked = from(place)
      // A reader who goes away meanwhile is told of nothing.
      asked.catch(() => {})
    }
    if (rows.length > 0) yield { objects: await present(resource, rows, context) }
    if (place === null) return
  }
}

async function* ndjsonTexts(batches: AsyncIterable<Batch>): AsyncGenerator<Piece> {
  for await (const { objects } of batches) {
    const lines = objects.map((object) => `${JSON.stringify(object)}\n`)
    yield { text: lines.join(''), records: objects.length }
  }
}

async function* csvTexts(
  resource: Resource,
  batches: AsyncIterable<Batch>,
  context: ReadContext,
): AsyncGenerator<Piece> {
  const definitions = resource.customFields ? await definitionsOf(context.store, resource.customFields) : []
  const columns = csvColumns(resource, context.flags, definitions)
  yield { text: stringify([columns.map(({ name }) => name)]), records: 0 }
  for await (const { objects } of batches) {
    const rows = objects.map((object) => csvRow(columns, object))
    yield { text: stringify(rows, { escape_formulas: true }), records: objects.length }
  }
}

/** The records count as they are sent; a reader that goes away pays for what it got. */
async function* counted(pieces: AsyncIterable<Piece>, call: Call): AsyncGenerator<Buffer> {
  for await (const { text, records } of pieces) {
    await call.spendRecords(records)
    yield Buffer.from(text)
  }
}
