import Type from 'typebox'
import { loaded } from '../../resource-layer/fields/computed.ts'
import { nullableIf, timeSchema } from '../../resource-layer/fields/schemas.ts'
import { pageMemo } from '../../resource-layer/page-memo.ts'
import type { Field, ReadContext } from '../../resource-layer/resource.ts'
import { presentTime } from '../../resource-layer/values.ts'
import type { Row, Value } from '../../storage/account-store.ts'
import { taskKinds } from '../steps/steps.kinds.ts'

/** The open task of a deal that comes first: by its due date, those without one last, then by creation. */
const nextTasks = pageMemo(async (rows: readonly Row[], { store }: ReadContext): Promise<Map<Value, Row>> => {
  const open = await store
    .from('tasks')
    .select(['deal_id', 'kind', 'due_at', 'created_at', 'id'])
    .where(
      'deal_id',
      'in',
      rows.map((row) => String(row.id)),
    )
    .where('completed_at', 'is', null)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const next = new Map<Value, Row>()
  for (const task of open) {
    const known = next.get(task.deal_id ?? null)
    if (!known || due(task) < due(known)) next.set(task.deal_id ?? null, task)
  }
  return next
})

function due({ due_at: at }: Row): number {
  return at === null ? Number.POSITIVE_INFINITY : Number(at)
}

const shows = { table: 'tasks', without: () => null }

/** `next_task_kind` and `next_task_due_at` of a deal (`contract.md` §4). */
export function nextTaskFields(): { next_task_kind: Field; next_task_due_at: Field } {
  return {
    next_task_kind: loaded({
      description: 'The kind of its next open task: the one that is due first.',
      example: 'call',
      schema: nullableIf(true, Type.String({ enum: [...taskKinds] })),
      shows,
      async load(rows, context) {
        const next = await nextTasks(rows, context)
        return (row) => next.get(row.id ?? null)?.kind ?? null
      },
    }),
    next_task_due_at: loaded({
      description: 'When that task is due.',
      schema: nullableIf(true, timeSchema),
      shows,
      async load(rows, context) {
        const next = await nextTasks(rows, context)
        return (row) => {
          const at = next.get(row.id ?? null)?.due_at ?? null
          return at === null ? null : presentTime(Number(at))
        }
      },
    }),
  }
}
