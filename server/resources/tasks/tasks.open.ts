import type { Select } from '../../storage/account-store.ts'

/** The tasks of a record that nobody has completed: they go with it when it is deleted. */
export function openTasks(column: 'process_id' | 'deal_id') {
  return {
    resource: 'tasks',
    column,
    goes: (query: Select) => query.where('completed_at', 'is', null),
  }
}
