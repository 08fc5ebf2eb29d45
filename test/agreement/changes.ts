import { resources } from '../../server/resources/operations.ts'
import { type Account, accountRows, type Change, changesOf, differences } from './rows.ts'

/** Where each change raises the version of its record by one. */
const counted = ['contacts', 'deals', 'notes', 'processes', 'tasks', 'tags', 'uploaded_files', 'pipelines']

export async function versionsAgree(account: Account): Promise<string[]> {
  if (!account.hasHistory) return []
  const changes = Map.groupBy(await changesOf(account), nameOf)
  const found: string[] = []
  for (const table of counted) {
    for (const { id, version } of await accountRows(account, table)) {
      const count = changes.get(`${table} ${id}`)?.length ?? 0
      if (count !== version) found.push(`${table} ${id} has version ${version} after ${count} changes`)
    }
  }
  return found
}

/** What the changes of a record tell, one over the other, is what stands in its row; and no record is without. */
export async function changesAgree(account: Account): Promise<string[]> {
  const changes = Map.groupBy(await changesOf(account), nameOf)
  const found: string[] = []
  for (const { name, isLogged } of resources) {
    if (!isLogged) continue
    const rows = await accountRows(account, name)
    const ids = new Set(rows.map(({ id }) => `${name} ${id}`))
    for (const told of changes.keys())
      if (told.startsWith(`${name} `) && !ids.has(told))
        found.push(`the change log tells of ${told}, which is not there`)
    for (const row of rows) {
      const own = changes.get(`${name} ${row.id}`) ?? []
      // What comes with an account is there before its change log.
      if (own[0]?.action !== 'created') continue
      for (const [column, value] of Object.entries(replayed(own)))
        if (column in row && row[column] !== value)
          found.push(`${name} ${row.id}: ${column} is ${row[column]}, and by the change log ${value}`)
      const isDeleted = lastMark(own) === 'deleted'
      if (isDeleted !== (row.deleted_at !== null)) found.push(`${name} ${row.id} is not deleted as told`)
    }
  }
  return found
}

/** Every change has its events and no event is without a change; positions have no gap; nothing waits. */
export async function eventsAgree(account: Account): Promise<string[]> {
  const events = await accountRows(account, 'events')
  const changes = await changesOf(account)
  const waiting = await accountRows(account, 'unpublished_changes')
  const [last] = await accountRows(account, 'event_positions')
  const positions = events.map(({ position }) => Number(position)).sort((a, b) => a - b)
  const told = new Set(events.map(({ change_id }) => change_id))
  const logged = new Set(changes.map(({ id }) => id))
  const untold = waiting.map(({ change_id }) => change_id)
  return [
    ...[...told]
      .filter((id) => !logged.has(String(id)))
      .map((id) => `an event tells of ${id}, which is no change`),
    ...untold.filter((id) => told.has(id)).map((id) => `change ${id} has its events and waits for them`),
    ...untold.filter((id) => !logged.has(String(id))).map((id) => `${id} waits for events and is no change`),
    ...(positions.every((position, at) => position === at + 1) ? [] : ['events: their positions have a gap']),
    ...(Number(last?.position ?? 0) === events.length
      ? []
      : ['events: the last position is not the last event']),
    ...differences(
      'events',
      changes.filter(isTold).map(({ id, resource }) => `${resource} ${id}`),
      changes
        .filter((change) => isTold(change) && (told.has(change.id) || untold.includes(change.id)))
        .map(({ id, resource }) => `${resource} ${id}`),
    ),
  ]
}

/** Every creation by the API is an event, but for that of whom events are sent to; others may tell nothing. */
function isTold({ action, request_id, resource }: Change): boolean {
  return action === 'created' && request_id !== null && resource !== 'webhook_subscriptions'
}

function replayed(changes: readonly Change[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (const { changed } of changes)
    for (const [column, [, after]] of Object.entries(changed)) row[column] = after
  return row
}

function lastMark(changes: readonly Change[]): string | undefined {
  return changes.findLast(({ action }) => action === 'deleted' || action === 'restored')?.action
}

function nameOf({ resource, record_id }: Change): string {
  return `${resource} ${record_id}`
}
