import { StatementSync } from 'node:sqlite'
import pg from 'pg'
import { PreparingClient } from '../../server/storage/postgres-client.ts'

/** A statement as the engine was sent it. */
export interface Sent {
  text: string
  values: readonly unknown[]
  /** PostgreSQL plans it without regard to the values. */
  isPlannedOnce: boolean
}

/**
 * Notes what this process sends to either engine while it runs `work`, beneath everything that could build, keep
 * or repeat a statement.
 */
export async function sentBy(work: () => Promise<void>): Promise<Sent[]> {
  const sent: Sent[] = []
  const restore = [notedSqlite(sent), notedPostgres(sent)]
  try {
    await work()
  } finally {
    for (const undo of restore) undo()
  }
  return sent
}

const runs = ['all', 'get', 'run', 'iterate'] as const

function notedSqlite(sent: Sent[]): () => void {
  const own = runs.map((name) => [name, StatementSync.prototype[name]] as const)
  for (const [name, original] of own) {
    StatementSync.prototype[name] = function noted(this: StatementSync, ...given: unknown[]) {
      sent.push({ text: this.sourceSQL, values: [], isPlannedOnce: false })
      return (original as (...all: unknown[]) => unknown).apply(this, given)
    } as never
  }
  return () => {
    for (const [name, original] of own) StatementSync.prototype[name] = original as never
  }
}

function notedPostgres(sent: Sent[]): () => void {
  const original = pg.Client.prototype.query
  pg.Client.prototype.query = function noted(this: pg.Client, ...given: unknown[]) {
    const [query, values] = given
    const isPlannedOnce = this instanceof PreparingClient && this.plansOnce
    if (typeof query === 'string') sent.push({ text: query, values: listOf(values), isPlannedOnce })
    else if (isConfig(query))
      sent.push({ text: query.text, values: listOf(query.values ?? values), isPlannedOnce })
    return (original as (...all: unknown[]) => unknown).apply(this, given)
  } as never
  return () => {
    pg.Client.prototype.query = original
  }
}

function isConfig(query: unknown): query is { text: string; values?: unknown } {
  return typeof query === 'object' && query !== null && 'text' in query && typeof query.text === 'string'
}

function listOf(values: unknown): unknown[] {
  return Array.isArray(values) ? values : []
}
