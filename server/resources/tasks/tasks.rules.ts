import { ApiError } from '../../errors/api-error.ts'
import type { Draft } from '../../resource-layer/resource.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'

/** Completes a new task from its step and process, and keeps `skipped` and `completed_at` in agreement. */
export async function completeTask(draft: Draft): Promise<void> {
  if (!draft.existing) await takeOver(draft)
  const { row, existing, supplied, writer } = draft
  const wasSkipped = existing?.skipped === 1
  if (row.skipped === 1 && row.completed_at === null) {
    // A skipped task counts as done (`contract.md` §4); taking the time away opens it again.
    if (supplied.has('completed_at') && !supplied.has('skipped')) row.skipped = 0
    else row.completed_at = writer.at
  } else if (row.skipped === 0 && wasSkipped && !supplied.has('completed_at')) row.completed_at = null
}

/** A task comes back only where what it is part of is there. */
export async function requireLiveParents(writer: AccountWriter, row: Row): Promise<void> {
  for (const [table, id] of [
    ['processes', row.process_id],
    ['deals', row.deal_id],
  ] as const) {
    const parent = id ? await writer.find(table, String(id)) : null
    if (parent && parent.deleted_at !== null) {
      throw new ApiError('parent_deleted', 'What the task is part of is deleted; restore that first')
    }
  }
}

async function takeOver({ row, supplied, writer }: Draft): Promise<void> {
  const step = row.step_id ? await writer.find('steps', String(row.step_id)) : null
  if (step) {
    if (!supplied.has('kind')) row.kind = step.kind ?? null
    if (!supplied.has('name')) row.name = step.name ?? null
    if (!supplied.has('description')) row.description = step.description || null
  }
  if (supplied.has('assignee')) return
  const process = row.process_id ? await writer.find('processes', String(row.process_id)) : null
  const user = process?.user_id ? await writer.find('users', String(process.user_id)) : null
  if (user?.deleted_at === null) row.user_id = user.id ?? null
}
