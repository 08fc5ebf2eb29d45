import type { AccountWriter, Row, Select } from '../storage/account-store.ts'

interface Children {
  /** The resource of the children, and its column that names the parent. */
  resource: string
  column: string
  /** Which of them a deletion takes along; the default is all. */
  goes?(query: Select): Select
}

/** Deletes the children of a record that is about to be deleted in the same transaction. */
export function deleteChildren(writer: AccountWriter, children: Children, parent: Row): Promise<void> {
  return mark(writer, children, parent, { from: null, to: writer.at, action: 'deleted' })
}

/** Brings back the children that went with the record, not those that were deleted before it. */
export function restoreChildren(writer: AccountWriter, children: Children, parent: Row): Promise<void> {
  return mark(writer, children, parent, { from: Number(parent.deleted_at), to: null, action: 'restored' })
}

async function mark(
  writer: AccountWriter,
  { resource, column, goes }: Children,
  parent: Row,
  { from, to, action }: { from: number | null; to: number | null; action: string },
): Promise<void> {
  const marked = writer
    .from(resource)
    .select(['id', 'version'])
    .where(column, '=', String(parent.id))
    .where('deleted_at', from === null ? 'is' : '=', from)
  const children = await (from === null && goes ? goes(marked) : marked).execute()
  for (const child of children) {
    const set = { deleted_at: to, updated_at: writer.at, version: Number(child.version) + 1 }
    await writer.update(resource, { id: child.id ?? null }, set)
    await writer.log({ resource, recordId: String(child.id), action, changed: {} })
  }
}
