import { ApiError, errorOf, type Problem } from '../../errors/api-error.ts'
import type { Resource } from '../../resource-layer/resource.ts'
import { create, remove, update, type WriteSettings } from '../../resource-layer/write.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'
import { processStages } from '../process-stages/process-stages.schema.ts'
import { steps } from '../steps/steps.schema.ts'
import { listParts, rowsOf } from './process-types.definition.ts'
import { type Entry, keyOf, type SentDefinition, type StageEntry, textOf } from './process-types.document.ts'
import { useOf } from './process-types.in-use.ts'
import { processTypes } from './process-types.schema.ts'

interface Writing {
  writer: AccountWriter
  settings: WriteSettings
  /** Everything that is wrong with the document; what was written is undone when there is any. */
  problems: Problem[]
}

/** As many as an error names; a document can hold many more. */
const mostProblems = 100

/** A type that comes with its stages needs none to start with. */
const withoutFirstStages: Resource = { ...processTypes, hooks: {} }

/**
 * Makes a process type what a document says, or a new one when `type` is null, record by record through the
 * one write path. What the document leaves out goes, unless something needs it.
 * @throws ApiError with every problem of the document, each named by its path; nothing is written then.
 */
export async function writeDefinition(
  writing: Writing,
  sent: SentDefinition,
  type: Row | null,
): Promise<Row> {
  const written = await writeType(writing, sent, type)
  if (sent.stages) await writeStages(writing, sent.stages, written)
  for (const [name, parts] of Object.entries(listParts)) {
    const entries = sent.lists[name as keyof typeof listParts]
    if (!entries) continue
    const { resource } = parts
    const fixed = resource.fields.category ? { category: 'process' } : {}
    await writeEntries(writing, {
      resource,
      list: name,
      entries,
      existing: await rowsOf(writing.writer, resource, written),
      parent: { ...fixed, process_type_id: written.id },
      tests: [(entry, row) => keyOf(entry) === row.key],
    })
  }
  const [first, ...others] = writing.problems.slice(0, mostProblems)
  if (first) throw errorOf([first, ...others])
  return written
}

async function writeType(writing: Writing, { fields, stages }: SentDefinition, type: Row | null) {
  const { writer, settings } = writing
  const input = { fields, wrapper: null }
  if (type)
    return (await attempt(writing, '', () => update(writer, processTypes, type, input, settings))) ?? type
  const resource = stages ? withoutFirstStages : processTypes
  const made = await attempt(writing, '', () => create(writer, resource, input, settings))
  return made ?? create(writer, withoutFirstStages, standIn, settings)
}

/** Under it the rest of a document is checked when its parent is refused; it is undone with all else. */
const standIn = { fields: { name: 'Refused' }, wrapper: null }

async function writeStages(writing: Writing, entries: readonly StageEntry[], type: Row): Promise<void> {
  const { writer, settings } = writing
  const known = Map.groupBy(await rowsOf(writer, steps, type), (step) => String(step.stage_id))
  await writeEntries(writing, {
    resource: processStages,
    list: 'stages',
    entries,
    existing: await rowsOf(writer, processStages, type),
    parent: { process_type_id: type.id },
    // One that is called otherwise at the same place with the same status was renamed.
    tests: [
      (entry, row) => textOf(entry.fields.name) === row.name,
      (entry, row, isSamePlace) =>
        isSamePlace && (textOf(entry.fields.status).toLowerCase() || 'working') === row.status,
    ],
    async afterwards(entry, row) {
      if (!entry.steps) return
      const fields = { ...standIn.fields, process_type_id: type.id }
      const stage = row ?? (await create(writer, processStages, { fields, wrapper: null }, settings))
      await writeSteps(writing, entry, entry.steps, stage, known.get(String(stage.id)) ?? [])
    },
  })
}

function writeSteps(
  writing: Writing,
  { at }: StageEntry,
  entries: readonly Entry[],
  stage: Row,
  existing: readonly Row[],
): Promise<void> {
  const isKind = ({ fields }: Entry, row: Row) => (textOf(fields.kind).toLowerCase() || 'todo') === row.kind
  const isLike = (entry: Entry, row: Row) =>
    isKind(entry, row) && textOf(entry.fields.name) === (row.name ?? '')
  return writeEntries(writing, {
    resource: steps,
    list: `${at}.steps`,
    entries,
    existing,
    parent: { stage_id: stage.id },
    tests: [
      (entry, row) =>
        isLike(entry, row) && textOf(entry.fields.description) === String(row.description).trim(),
      isLike,
      (entry, row, isSamePlace) => isSamePlace && isKind(entry, row),
    ],
  })
}

interface Work<E extends Entry> {
  resource: Resource
  /** Where the list stands in the document. */
  list: string
  entries: readonly E[]
  existing: readonly Row[]
  /** The fields that say where a record belongs. */
  parent: Record<string, unknown>
  /** How a record is recognised in the document, the surest way first. */
  tests: readonly ((entry: E, row: Row, isSamePlace: boolean) => boolean)[]
  /** What follows for an entry; its record is null when it was refused. */
  afterwards?(entry: E, row: Row | null): Promise<void>
}

async function writeEntries<E extends Entry>(writing: Writing, work: Work<E>): Promise<void> {
  const { writer, settings } = writing
  const { resource, entries, existing, parent } = work
  const known = matched(work)
  const kept = new Set(known.values())
  for (const row of existing) {
    if (kept.has(row)) continue
    const use = await useOf(writer, resource, row)
    if (use)
      writing.problems.push({ code: use.code, param: work.list, message: `${work.list}: ${use.message}` })
    else await remove(writer, resource, row)
  }
  for (const [position, entry] of entries.entries()) {
    const place = resource.fields.position ? { position } : {}
    const row = known.get(entry)
    const fields = { ...entry.fields, ...place, ...parent }
    const input = { fields, wrapper: entry.at }
    const written = await attempt(writing, entry.at, () =>
      row ? update(writer, resource, row, input, settings) : create(writer, resource, input, settings),
    )
    await work.afterwards?.(entry, written)
  }
}

/** The records that the entries stand for. */
function matched<E extends Entry>({ entries, existing, tests }: Work<E>): Map<E, Row> {
  const known = new Map<E, Row>()
  const taken = new Set<Row>()
  for (const test of tests) {
    for (const [place, entry] of entries.entries()) {
      if (known.has(entry)) continue
      const row = existing.find((one, at) => !taken.has(one) && test(entry, one, at === place))
      if (!row) continue
      known.set(entry, row)
      taken.add(row)
    }
  }
  return known
}

async function attempt(writing: Writing, at: string, write: () => Promise<Row>): Promise<Row | null> {
  try {
    return await write()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    writing.problems.push(...error.problems.map((problem) => placed(problem, at)))
    return null
  }
}

/** `stages[2][name] is missing` → `stages[2].name is missing` */
function placed({ code, param, message }: Problem, at: string): Problem {
  if (at === '') return { code, param, message }
  if (param === null) return { code, param: at, message: `${at}: ${message}` }
  const isWithin = param.startsWith(`${at}[`)
  const path = `${at}.${isWithin ? param.slice(at.length + 1).replace(']', '') : param}`
  const isNamed = message.startsWith(param)
  return { code, param: path, message: isNamed ? path + message.slice(param.length) : `${path}: ${message}` }
}
