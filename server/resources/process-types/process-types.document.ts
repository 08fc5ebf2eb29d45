import type { Problem } from '../../errors/api-error.ts'
import { keyFrom } from '../custom-fields/custom-fields.rules.ts'
import {
  definitionFormat,
  listParts,
  mostFields,
  mostRoles,
  mostStages,
  mostSteps,
  type Parts,
  stageParts,
  stepParts,
  typeParts,
} from './process-types.definition.ts'

/** A document as it was sent, taken apart. Lists that it leaves out are null. */
export interface SentDefinition {
  fields: Record<string, unknown>
  stages: StageEntry[] | null
  lists: Record<keyof typeof listParts, Entry[] | null>
}

/** What it says of one record, and where: `stages[2].steps[0]`. */
export interface Entry {
  at: string
  fields: Record<string, unknown>
}

export interface StageEntry extends Entry {
  steps: Entry[] | null
}

interface Reading {
  problems: Problem[]
  /** Collects the paths of what no record has. */
  ignored: Set<string>
}

/** Takes a body apart and collects what is wrong with its shape. The values are left to the records' own checks. */
export function readDefinition(body: Readonly<Record<string, unknown>>, reading: Reading): SentDefinition {
  const document = documentIn(body, reading)
  checkFormat(document.format, reading)
  const { fields } = entryOf(
    '',
    document,
    typeParts,
    ['format', 'stages', ...Object.keys(listParts)],
    reading,
  )
  const stages = listOf('stages', document.stages, mostStages, reading)?.map(
    ({ at, value }): StageEntry => ({
      ...entryOf(at, value, stageParts, ['steps'], reading),
      steps: entriesOf(`${at}.steps`, value.steps, stepParts, mostSteps, reading),
    }),
  )
  const count = (stages ?? []).reduce((sum, { steps }) => sum + (steps?.length ?? 0), 0)
  if (count > mostSteps) tooMany('stages', `has more than ${mostSteps} steps`, reading)
  return { fields, stages: stages ?? null, lists: readLists(document, reading) }
}

/** The key of a role or field: what was sent, or what is made of its name. */
export function keyOf({ fields }: Entry): string {
  return textOf(fields.key) || keyFrom(textOf(fields.name ?? fields.label))
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}

/** The document alone, named `definition`, or as the answer to a read holds it. */
function documentIn(body: Readonly<Record<string, unknown>>, { ignored }: Reading): Record<string, unknown> {
  for (const name of ['definition', 'data']) {
    const { [name]: inner, ...others } = body
    if (!isObject(inner)) continue
    for (const other of Object.keys(others)) ignored.add(other)
    return inner
  }
  return { ...body }
}

function checkFormat(format: unknown, { problems }: Reading): void {
  if (format === definitionFormat) return
  const isMissing = format === undefined || format === null || format === ''
  problems.push({
    code: isMissing ? 'missing_field' : 'invalid_field',
    param: 'format',
    message: isMissing ? 'format is missing' : `format must be ${definitionFormat}`,
  })
}

function readLists(document: Readonly<Record<string, unknown>>, reading: Reading): SentDefinition['lists'] {
  const read = (name: keyof typeof listParts, most: number) => {
    const entries = entriesOf(name, document[name], listParts[name], most, reading)
    return entries && refuseTwice(entries, reading)
  }
  return {
    contact_roles: read('contact_roles', mostRoles),
    assignee_roles: read('assignee_roles', mostRoles),
    custom_fields: read('custom_fields', mostFields),
  }
}

/** Records are recognised by their keys, so a key stands once in its list; the entries that are left. */
function refuseTwice(entries: readonly Entry[], { problems }: Reading): Entry[] {
  const seen = new Set<string>()
  return entries.filter((entry) => {
    const key = keyOf(entry)
    const isNew = key === '' || !seen.has(key)
    seen.add(key)
    const param = `${entry.at}.key`
    if (!isNew) problems.push({ code: 'invalid_field', param, message: `${param} is there twice: "${key}"` })
    return isNew
  })
}

function entriesOf(at: string, value: unknown, parts: Parts, most: number, reading: Reading): Entry[] | null {
  const list = listOf(at, value, most, reading)
  return list?.map((item) => entryOf(item.at, item.value, parts, [], reading)) ?? null
}

function entryOf(
  at: string,
  value: Readonly<Record<string, unknown>>,
  { names }: Parts,
  lists: readonly string[],
  { ignored }: Reading,
): Entry {
  const fields: Record<string, unknown> = {}
  for (const [name, its] of Object.entries(value)) {
    if (names.includes(name)) fields[name] = its
    else if (!lists.includes(name)) ignored.add(at === '' ? name : `${at}.${name}`)
  }
  return { at, fields }
}

/** A list of objects, also one under numbers, as forms have it; null when it is not there. */
function listOf(
  at: string,
  value: unknown,
  most: number,
  reading: Reading,
): { at: string; value: Record<string, unknown> }[] | null {
  if (value === undefined) return null
  const list = value === null || value === '' ? [] : isObject(value) ? Object.values(value) : value
  if (!Array.isArray(list)) {
    reading.problems.push({ code: 'invalid_field', param: at, message: `${at} must be a list of objects` })
    return null
  }
  if (list.length > most) {
    tooMany(at, `has more than ${most} entries`, reading)
    return null
  }
  return list.flatMap((item: unknown, index) => {
    const place = `${at}[${index}]`
    if (isObject(item)) return [{ at: place, value: item }]
    reading.problems.push({ code: 'invalid_field', param: place, message: `${place} must be an object` })
    return []
  })
}

function tooMany(param: string, sentence: string, { problems }: Reading): void {
  problems.push({ code: 'too_many_values', param, message: `${param} ${sentence}` })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
