import type { Draft } from '../../resource-layer/resource.ts'
import { parentOf } from '../parents/parents.ts'

/** What a note belongs to. */
export const parent = parentOf({
  type: 'parent_type',
  id: 'parent_id',
  shows: 'word',
  what: 'the note',
  many: 'notes',
})

/** The parent must be there; the author is the person behind the credential unless another is named. */
export async function completeNote(draft: Draft): Promise<void> {
  const { row, existing } = draft
  if (!existing && !draft.supplied.has('user')) row.user_id = draft.ownerId
  if (row.kind === '') row.kind = 'note'
  await parent.check(draft)
}
