import Type from 'typebox'
import { errorOf, type Problem } from '../../errors/api-error.ts'
import type { AccountStore, Row } from '../../storage/account-store.ts'
import { type Draft, type Field, FieldProblem, type Filter } from '../resource.ts'
import { oneText } from '../values.ts'
import { parseText } from './text.ts'

/** What a record is called elsewhere: in the system `source` it has the id `external_id`. */
export interface ExternalId {
  source: string
  external_id: string
}

const list = Type.Array(
  Type.Object({ source: Type.String(), external_id: Type.String() }, { additionalProperties: false }),
)
const mostIds = 20
const longest = 255

/** The ids that other systems have for the record; one a source, and one record a source and id. */
export function externalIds(resource: string): Field {
  return {
    description: 'The ids that other systems have for it, one a source. Writing replaces the whole list.',
    example: [{ source: 'ledger', external_id: 'T-1042' }],
    schema: list,
    columns: [],
    told: [
      {
        stored: 'external_ids',
        name: 'external_ids',
        schema: list,
        read: (value) => JSON.parse(String(value)),
      },
    ],
    flag: 'include_external_ids',
    async load(rows, context) {
      const found = await context.store.rowsIn({
        table: 'external_ids',
        columns: ['record_id', 'source', 'external_id'],
        column: 'record_id',
        values: rows.map((row) => String(row.id)),
      })
      found.sort((one, other) => (String(one.source) < String(other.source) ? -1 : 1))
      const byRecord = Map.groupBy(found, (row) => row.record_id)
      return (row) =>
        (byRecord.get(String(row.id)) ?? []).map(({ source, external_id }) => ({ source, external_id }))
    },
    filters: [
      filter(resource, 'external_id', 'Only the records with one of these ids elsewhere.'),
      filter(resource, 'external_source', 'Only records that have an id in one of these sources.'),
    ],
    write: {
      names: ['external_ids'],
      schema: Type.Array(
        Type.Object({
          source: Type.String({ maxLength: longest }),
          external_id: Type.String({ maxLength: longest }),
        }),
        { maxItems: mostIds },
      ),
      accept: (value, draft, param) => acceptIds(resource, value, draft, param),
    },
  }
}

/** The id of the record, deleted or not, that has this id elsewhere. */
export async function recordOf(
  store: AccountStore,
  resource: string,
  { source, external_id }: ExternalId,
): Promise<string | null> {
  const row = await store
    .from('external_ids')
    .select('record_id')
    .where('resource', '=', resource)
    .where('source', '=', source)
    .where('external_id', '=', external_id)
    .executeTakeFirst()
  return row ? String(row.record_id) : null
}

/** @throws FieldProblem for an empty or overlong one. */
export function parseExternalId(given: { source: unknown; external_id: unknown }): ExternalId {
  const source = parseText(given.source ?? '', longest)
  const external_id = parseText(given.external_id ?? '', longest)
  if (source === '' || external_id === '') {
    throw new FieldProblem(
      'must be a list of sources and ids, such as [{"source": "ledger", "external_id": "T-1042"}]',
    )
  }
  return { source, external_id }
}

/** The list as it is kept for a record, in the order of the sources. */
export async function externalIdsOf(
  store: AccountStore,
  resource: string,
  recordId: string,
): Promise<ExternalId[]> {
  const rows = await store
    .from('external_ids')
    .select(['source', 'external_id'])
    .where('resource', '=', resource)
    .where('record_id', '=', recordId)
    .orderBy('source')
    .execute()
  return rows.map((row) => ({ source: String(row.source), external_id: String(row.external_id) }))
}

/**
 * Whether an id is taken is not looked for before it is written: a transaction that reads where all others insert
 * conflicts with each of them on PostgreSQL.
 */
async function acceptIds(resource: string, value: unknown, draft: Draft, param: string): Promise<void> {
  const { writer, row, existing } = draft
  const ids = parseList(value)
  draft.whenRefused(async () => {
    for (const { code, message } of await takenIn(writer, resource, { ids, recordId: row.id, param }))
      draft.problem(code, param, message)
  })
  draft.later(async () => {
    const before = existing ? await externalIdsOf(writer, resource, row.id) : []
    const after = ids.toSorted((a, b) => (a.source < b.source ? -1 : 1))
    if (JSON.stringify(before) === JSON.stringify(after)) return
    if (existing) await writer.remove('external_ids', { resource, record_id: row.id })
    const rows = after.map((id): Row => ({ ...id, resource, record_id: row.id }))
    if (!(await writer.insertNew('external_ids', rows))) {
      const [first, ...others] = await takenIn(writer, resource, { ids, recordId: row.id, param })
      if (first) throw errorOf([first, ...others])
    }
    draft.noteChange('external_ids', JSON.stringify(before), JSON.stringify(after))
  })
}

/** Those of the ids that other records have. */
async function takenIn(
  store: AccountStore,
  resource: string,
  { ids, recordId, param }: { ids: readonly ExternalId[]; recordId: string; param: string },
): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const id of ids) {
    const owner = await recordOf(store, resource, id)
    if (owner === null || owner === recordId) continue
    const name = `${id.external_id} of ${id.source}`
    const message = `${param} is taken: ${name} is the id of the record ${owner}`
    problems.push({ code: 'already_exists', param, message })
  }
  return problems
}

function parseList(value: unknown): ExternalId[] {
  const list = Array.isArray(value) ? value : value === null || value === '' ? [] : [value]
  if (list.length > mostIds) throw new FieldProblem(`has more than ${mostIds} entries`, 'too_many_values')
  const ids = list.map((entry) =>
    parseExternalId(typeof entry === 'object' && entry !== null ? entry : { source: '', external_id: '' }),
  )
  if (new Set(ids.map(({ source }) => source)).size < ids.length)
    throw new FieldProblem('names a source more than once')
  return ids
}

function filter(resource: string, param: 'external_id' | 'external_source', description: string): Filter {
  const column = param === 'external_id' ? 'external_id' : 'source'
  return {
    param,
    description,
    schema: Type.String(),
    list: true,
    range: false,
    apply: (query, condition, context) =>
      condition.kind === 'any'
        ? query.where(
            'id',
            'in',
            context.store
              .from('external_ids')
              .select('record_id')
              .where('resource', '=', resource)
              .where(column, 'in', condition.values.map(oneText)),
          )
        : query,
  }
}
