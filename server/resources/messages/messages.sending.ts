import type { Channel, Draft } from '../../resource-layer/resource.ts'
import type { AccountWriter, Row } from '../../storage/account-store.ts'

/** Statuses of messages that went another way or came in: nothing was ever sent from here. */
const neverOurs: readonly unknown[] = ['received', 'recorded']

/**
 * Decides what becomes of a new text or mail, and queues what is to go out. It is sent after the transaction.
 * @param unsendable why it cannot be sent, or null
 */
export async function beginSending(draft: Draft, channel: Channel, unsendable: string | null): Promise<void> {
  const { row, resource, writer, sending } = draft
  if (row.manually_added === 1) row.status = 'recorded'
  else if (row.direction === 'inbound') row.status = 'received'
  else if (unsendable !== null) notSent(row, unsendable)
  else if (!sending) notSent(row, 'no transport configured')
  else Object.assign(row, await sending.begin(channel, writer))
  if (row.status !== 'queued') return
  draft.later(async () => {
    await writer.insert('outgoing_messages', {
      resource: resource.name,
      record_id: row.id,
      attempts: 0,
      created_at: writer.at,
      next_attempt_at: writer.at,
    })
    sending?.queued()
  })
}

/** What went out stays as it was; how a message came into being stays in any case. */
export function keepWhatWasSent(draft: Draft, columns: readonly string[]): void {
  const { row, existing, resource } = draft
  const fixed = neverOurs.includes(row.status) ? ['manually_added'] : ['manually_added', ...columns]
  for (const [name, { columns: own }] of Object.entries(resource.fields)) {
    const param = draft.supplied.get(name)
    if (param === undefined || !own.some((column) => fixed.includes(column))) continue
    if (own.some((column) => row[column] !== existing?.[column]))
      draft.problem('invalid_field', param, `${param} cannot be changed after creation`)
  }
}

/**
 * Takes messages that wait out of the queue, because they are about to be deleted in the same transaction.
 * What is being sent at this moment cannot be called back.
 */
export async function cancelQueued(writer: AccountWriter, resource: string, where: Row): Promise<void> {
  let waiting = writer
    .from(resource)
    .select(['id', 'status', 'status_reason'])
    .where('status', '=', 'queued')
    .where('deleted_at', 'is', null)
  for (const [column, value] of Object.entries(where)) waiting = waiting.where(column, '=', value)
  for (const row of await waiting.execute()) {
    const canceled: Row = {}
    notSent(canceled, 'deleted before it was sent')
    await writer.remove('outgoing_messages', { resource, record_id: row.id ?? null })
    await writer.update(resource, { id: row.id ?? null }, canceled)
    await writer.log({
      resource,
      recordId: String(row.id),
      action: 'updated',
      changed: {
        status: [row.status ?? null, canceled.status ?? null],
        status_reason: [row.status_reason ?? null, canceled.status_reason ?? null],
      },
    })
  }
}

function notSent(row: Row, reason: string): void {
  row.status = 'not_sent'
  row.status_reason = reason
}
