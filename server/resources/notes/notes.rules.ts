import { ApiError } from '../../errors/api-error.ts'
import { requireId } from '../../resource-layer/fields/standard.ts'
import { type Condition, type Draft, FieldProblem } from '../../resource-layer/resource.ts'
import { oneText } from '../../resource-layer/values.ts'
import type { AccountWriter, Row, Select } from '../../storage/account-store.ts'

/** What a note can belong to: the word that is shown, and the table. */
export const parentTypes: ReadonlyMap<string, string> = new Map([
  ['Deal', 'deals'],
  ['Contact', 'contacts'],
  ['Property', 'properties'],
  ['Unit', 'units'],
  ['Process', 'processes'],
  ['Task', 'tasks'],
  ['Conversation', 'conversations'],
])

export function acceptParentType(value: unknown, draft: Draft, param: string): void {
  if (value === null || value === '') throw new FieldProblem('is missing', 'missing_field')
  const type = parentTypeOf(value)
  if (!type)
    draft.problem('invalid_field', param, `${param} must be one of ${[...parentTypes.keys()].join(', ')}`)
  else draft.row.parent_type = type
}

export function acceptParentId(value: unknown, draft: Draft): void {
  if (value === null || value === '') throw new FieldProblem('is missing', 'missing_field')
  draft.row.parent_id = requireId(value)
}

/** The parent must be there; the author is the person behind the credential unless another is named. */
export async function checkParent(draft: Draft): Promise<void> {
  const { row, existing } = draft
  if (!existing && !draft.supplied.has('user')) row.user_id = draft.ownerId
  if (row.kind === '') row.kind = 'note'
  if (existing && existing.parent_id === row.parent_id && existing.parent_type === row.parent_type) return
  if (await hasLiveParent(draft.writer, row)) return
  const param = draft.supplied.get('parent_id') ?? null
  draft.problem('unknown_parent', param, `${param ?? 'parent_id'} is invalid`)
}

export async function requireLiveParent(writer: AccountWriter, row: Row): Promise<void> {
  if (await hasLiveParent(writer, row)) return
  throw new ApiError('parent_deleted', 'What the note belongs to is deleted; restore that first')
}

export function searchParentType(query: Select, condition: Condition): Select {
  if (condition.kind !== 'any') return query
  const types = condition.values.map((value) => {
    const type = parentTypeOf(value)
    if (!type) throw new FieldProblem(`must be one of ${[...parentTypes.keys()].join(', ')}`)
    return type
  })
  return query.where('parent_type', 'in', types)
}

/** `Deal`, `deal` and `deals` are all understood (`contract.md` §3). */
function parentTypeOf(value: unknown): string | null {
  const wanted = oneText(value).toLowerCase()
  for (const [word, table] of parentTypes) if (wanted === word.toLowerCase() || wanted === table) return word
  return null
}

async function hasLiveParent(writer: AccountWriter, row: Row): Promise<boolean> {
  const table = parentTypes.get(String(row.parent_type))
  const parent = table ? await writer.find(table, String(row.parent_id)) : null
  return parent?.deleted_at === null
}
