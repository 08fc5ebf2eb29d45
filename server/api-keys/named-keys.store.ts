import { errorOf, type Problem } from '../errors/api-error.ts'
import type { AccountWriter, Row } from '../storage/account-store.ts'
import { tooManyKeys } from './errors.ts'
import { told } from './expiry/stages.ts'
import { type Details, type KeyAct, type KeyContext, writeKey } from './key.acts.ts'
import type { KeyBody, KeyFields } from './key.body.ts'
import { existingKey, readKeys, type WhichKey } from './key.reading.ts'
import { insertKey, type MadeKey } from './key.store.ts'
import { type ApiKey, columnsOf, noLimits } from './key.ts'

/** How many keys an account may have, the main one included. */
export const mostKeys = 100

/**
 * A further key of the account, beside its main one.
 * @throws ApiError with everything that is wrong: invalid_field, missing_field, already_exists, unknown_pipeline,
 * unknown_process_type; too_many_keys
 */
export function createKey(context: KeyContext, act: KeyAct, body: KeyBody): Promise<MadeKey> {
  return writeKey(context, act, async (write) => {
    const keys = await readKeys(write.writer)
    await refuseWrong(write.writer, body, { keys, before: null })
    if (keys.length >= mostKeys) throw tooManyKeys(mostKeys)
    const { name = '', ...limits } = body.fields
    const key = { name, isMain: false, limits: { ...noLimits, ...limits } }
    const made = await insertKey(write, key, context, act)
    const { scopes, expires_at } = columnsOf(made.key.limits)
    await write.tell('created', made.key, { scopes, expires_at: shownTime(expires_at) })
    return made
  })
}

/**
 * Changes what a body names of a key, for its next request on every node. The audit log keeps what it was.
 * @throws ApiError not_found, and the same as `createKey`
 */
export function changeKey(context: KeyContext, act: KeyAct, which: WhichKey, body: KeyBody): Promise<ApiKey> {
  return writeKey(context, act, async ({ writer, record }) => {
    const before = await existingKey(writer, which)
    await refuseWrong(writer, body, { keys: await readKeys(writer), before })
    const { name = before.name, ...limits } = body.fields
    const [was, is] = [
      { name: before.name, ...columnsOf(before.limits) },
      { name, ...columnsOf({ ...before.limits, ...limits }) },
    ]
    const differing = (Object.keys(is) as (keyof typeof is)[]).filter((column) => is[column] !== was[column])
    if (differing.length === 0) return before
    const set: Row = Object.fromEntries(differing.map((column) => [column, is[column]]))
    // Another end is told of anew.
    if ('expires_at' in set) set.expiry_told = told(is.expires_at, writer.at)
    await writer.update('api_keys', { id: before.id }, set)
    const after = await existingKey(writer, which)
    await record('changed', after, changes(differing, was, is))
    return after
  })
}

/** Switches a key off until it is switched on again; one that is off already stays as it is. @throws ApiError not_found */
export function disableKey(context: KeyContext, act: KeyAct, which: WhichKey): Promise<ApiKey> {
  return setDisabled(context, act, which, { isDisabled: true })
}

/** Switches a key on again. @throws ApiError not_found */
export function resumeKey(context: KeyContext, act: KeyAct, which: WhichKey): Promise<ApiKey> {
  return setDisabled(context, act, which, { isDisabled: false })
}

function setDisabled(
  context: KeyContext,
  act: KeyAct,
  which: WhichKey,
  { isDisabled }: { isDisabled: boolean },
): Promise<ApiKey> {
  return writeKey(context, act, async ({ writer, tell }) => {
    const before = await existingKey(writer, which)
    if ((before.disabledAt !== null) === isDisabled) return before
    const disabledAt = isDisabled ? writer.at : null
    await writer.update('api_keys', { id: before.id }, { disabled_at: disabledAt })
    const key = { ...before, disabledAt }
    await tell(isDisabled ? 'disabled' : 'resumed', key)
    return key
  })
}

interface Surroundings {
  keys: ApiKey[]
  /** The key as it is, or null for one that is being made. */
  before: ApiKey | null
}

/** @throws ApiError with what the body and the account say is wrong, all at once */
async function refuseWrong(
  writer: AccountWriter,
  { fields, problems }: KeyBody,
  { keys, before }: Surroundings,
): Promise<void> {
  const all = [
    ...problems,
    ...nameProblems(fields, keys, before),
    ...(await unknownPlaces(writer, fields, before)),
  ]
  const [first, ...others] = all
  if (first) throw errorOf([first, ...others])
}

function nameProblems({ name }: KeyFields, keys: ApiKey[], before: ApiKey | null): Problem[] {
  if (name === undefined || name === before?.name) return []
  const param = 'name'
  if (before?.isMain)
    return [{ code: 'invalid_field', param, message: 'name of the main key stays as it is' }]
  const taken = keys.some((key) => key.id !== before?.id && folded(key.name) === folded(name))
  return taken ? [{ code: 'already_exists', param, message: `name "${name}" is another key's` }] : []
}

/** A place that the key has already may be deleted meanwhile; leaving it in the list is no mistake. */
async function unknownPlaces(
  writer: AccountWriter,
  { pipelineIds, processTypeIds }: KeyFields,
  before: ApiKey | null,
): Promise<Problem[]> {
  const places = [
    ['pipelines', 'unknown_pipeline', 'pipeline_ids', pipelineIds, before?.limits.pipelineIds],
    [
      'process_types',
      'unknown_process_type',
      'process_type_ids',
      processTypeIds,
      before?.limits.processTypeIds,
    ],
  ] as const
  const problems: Problem[] = []
  for (const [table, code, param, ids, had] of places) {
    const added = (ids ?? []).filter((id) => !had?.includes(id))
    if (added.length === 0) continue
    const rows = await writer
      .from(table)
      .select('id')
      .where('id', 'in', added)
      .where('deleted_at', 'is', null)
      .execute()
    const known = new Set(rows.map((row) => row.id))
    const unknown = added.find((id) => !known.has(id))
    if (unknown)
      problems.push({ code, param, message: `${param} holds ${unknown}, which is not in this account` })
  }
  return problems
}

type Columns = ReturnType<typeof columnsOf> & { name: string }

function changes(differing: (keyof Columns)[], was: Columns, is: Columns): Details {
  const shown = (column: keyof Columns, of: Columns) =>
    column === 'expires_at' ? shownTime(of.expires_at) : of[column]
  return Object.fromEntries(
    differing.flatMap((column) => [
      [column, shown(column, is)],
      [`previous_${column}`, shown(column, was)],
    ]),
  )
}

function shownTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

function folded(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}
