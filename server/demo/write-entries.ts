import type { Resource, Sending } from '../resource-layer/resource.ts'
import { create, requireRecord, update } from '../resource-layer/write.ts'
import {
  type AccountWriter,
  type Actor,
  accountWriter,
  type Row,
  type WriterContext,
} from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { seededIds } from './ids.ts'
import type { Entry } from './journal.ts'
import { officeAddress } from './office.ts'

/** Where the records go, and what makes their ids repeatable. */
export interface Target {
  engine: Engine
  accountId: string
  timeZone: string
  seed: number
  /** What happened before this has no events. In milliseconds since 1970. */
  newsSince: number
}

const entriesAtOnce = 300

/** What the company has sent was sent at its time: nothing is left to be sent. */
const longAgo: Sending = {
  mailFrom: officeAddress,
  begin(channel, { at }): Row {
    const sent = { status: 'sent', sent_at: at + 1_000 }
    return channel === 'email' ? sent : { ...sent, status: 'delivered', delivered_at: at + 3_000 }
  },
  queued() {},
}

/**
 * Writes what was planned by the same path as every other write, a few hundred entries a transaction, each
 * at its own time: defaults, search, lookups and the change log come out as if it had happened then.
 */
export async function writeEntries(
  target: Target,
  entries: readonly Entry[],
  progress: (done: number) => void = () => {},
): Promise<void> {
  for (let first = 0; first < entries.length; first += entriesAtOnce) {
    const batch = entries.slice(first, first + entriesAtOnce)
    await target.engine.transaction(async (tx) => {
      for (const entry of batch) {
        const actor: Actor = entry.by ? { kind: 'user', id: entry.by } : { kind: 'system', id: null }
        const newId = idsOf(target.seed, entry)
        const context: WriterContext = { at: entry.at, actor, requestId: null, newId }
        if (entry.at < target.newsSince) context.isHistory = true
        await writeEntry(accountWriter(tx, target.accountId, context), entry, target.timeZone)
      }
    })
    progress(first + batch.length)
  }
}

/** Writes one record and refuses what the write path would only ignore: a mistake in the demo must show. */
export async function writeEntry(
  writer: AccountWriter,
  entry: Pick<Entry, 'kind' | 'resource' | 'id' | 'by' | 'fields'>,
  timeZone: string,
): Promise<Row> {
  const settings = { timeZone, ownerId: entry.by, ignored: new Set<string>(), sending: longAgo }
  const input = { fields: entry.fields, wrapper: null }
  const row = await written(writer, entry.kind, entry.resource, entry.id, input, settings)
  if (settings.ignored.size > 0) {
    throw new Error(`The demo sends unknown fields: ${[...settings.ignored].join(', ')}`)
  }
  return row
}

async function written(
  writer: AccountWriter,
  kind: Entry['kind'],
  resource: Resource,
  id: string,
  input: Parameters<typeof create>[2],
  settings: Parameters<typeof create>[3],
): Promise<Row> {
  if (kind === 'create') return create(writer, resource, input, settings)
  return update(writer, resource, await requireRecord(writer, resource, id, 'update'), input, settings)
}

/** First the planned id, then others for what is written along with it. */
function idsOf(seed: number, entry: Entry): () => string {
  const others = seededIds(seed, `${entry.id} ${entry.kind} ${entry.at}`)
  let planned = entry.kind === 'create' ? entry.id : null
  return () => {
    const id = planned ?? others(entry.at)
    planned = null
    return id
  }
}
