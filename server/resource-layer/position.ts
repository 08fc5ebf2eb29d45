import type { Draft } from './resource.ts'

/** A new record without a position comes after the others of its parent. */
export async function placeLast(draft: Draft, parentColumn: string): Promise<void> {
  const { row, resource, writer } = draft
  if (row.position !== null) return
  const last = await writer
    .from(resource.name)
    .select(['position'])
    .where(parentColumn, '=', String(row[parentColumn]))
    .where('deleted_at', 'is', null)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  row.position = last ? Number(last.position) + 1 : 0
}
