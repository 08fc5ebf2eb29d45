import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { Sent } from './statements.ts'

/** How an engine means to run a statement. */
export interface Plan {
  /** Each reading of a table. */
  readings: Reading[]
  /** Whether all that was found is sorted before the first row is told. */
  sorts: boolean
  /** As the engine tells it. */
  text: string
}

export interface Reading {
  table: string
  /** Null where the table is read as it lies. */
  index: string | null
  /** The condition by which rows are found in the index; empty where it is read from its beginning to its end. */
  condition: string
}

export interface Planner {
  /** Null where there is nothing to plan. */
  plan(sent: Sent): Promise<Plan | null>
  close(): Promise<void>
}

const planned = /^\s*(with|select|insert|update|delete)\b/i

export function sqlitePlanner(file: string): Planner {
  const database = new DatabaseSync(file)
  const tables = new Set(
    database
      .prepare(`select name from sqlite_schema where type = 'table'`)
      .all()
      .map(({ name }) => String(name)),
  )
  return {
    async plan({ text }) {
      if (!planned.test(text)) return null
      const lines = database
        .prepare(`explain query plan ${text}`)
        .all()
        .map(({ detail }) => String(detail))
      const aliases = aliasesIn(text)
      return {
        readings: lines.flatMap((line) => readingIn(line, aliases)).filter(({ table }) => tables.has(table)),
        sorts: lines.some((line) => line === 'USE TEMP B-TREE FOR ORDER BY'),
        text: lines.join('\n'),
      }
    },
    async close() {
      database.close()
    },
  }
}

function readingIn(line: string, aliases: ReadonlyMap<string, string>): Reading[] {
  const match =
    /^(SCAN|SEARCH) "?(\w+)"?(?: EXISTS)?(?: USING ([A-Z ]+?) ?([a-z]\w*)?)?(?: VIRTUAL TABLE INDEX (\S*))?(?: \((.*)\))?(?: LEFT-JOIN)?$/.exec(
      line,
    )
  // Whatever is said in another way is taken for the worst.
  if (!match)
    return /^(SCAN|SEARCH) /.test(line)
      ? [{ table: line.split(/[ "]+/)[1] ?? '', index: null, condition: '' }]
      : []
  const [, , name = '', using, index, virtual, condition = ''] = match
  const table = aliases.get(name) ?? name
  if (virtual !== undefined) return [{ table, index: 'virtual', condition: virtual }]
  const found = index ?? (using?.includes('PRIMARY KEY') ? 'rowid' : (using ?? null))
  return [{ table, index: found, condition }]
}

/** SQLite tells of tables by the names that the statement gives them. */
function aliasesIn(text: string): Map<string, string> {
  const found = text.matchAll(/\b(?:from|join)\s+"?(\w+)"?\s+as\s+"?(\w+)"?/gi)
  return new Map([...found].map(([, table = '', alias = '']) => [alias, table]))
}

export async function postgresPlanner(url: string): Promise<Planner> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  // In a small database nothing is cheaper than to read everything: what is asked is whether an index can serve.
  await client.query('set enable_seqscan = off')
  const { rows: indexes } = await client.query<{ index: string; table: string }>(
    'select indexname as index, tablename as table from pg_indexes where schemaname = current_schema()',
  )
  const tableOf = new Map(indexes.map(({ index, table }) => [index, table]))
  const tables = new Set(tableOf.values())
  /** The plan for whatever values come. Of a few rows a sort is cheaper than their index, so it is refused too. */
  async function planOfAll(text: string, values: readonly unknown[]) {
    await client.query('begin; set local plan_cache_mode = force_generic_plan; set local enable_sort = off')
    await client.query(`prepare asked as ${text}`)
    const nothing = values.map(() => 'null').join(', ')
    const told = await client.query(`explain (format json) execute asked${nothing && `(${nothing})`}`)
    await client.query('deallocate asked; commit')
    return told
  }
  return {
    async plan({ text, values, isPlannedOnce }) {
      if (!planned.test(text)) return null
      const { rows } = isPlannedOnce
        ? await planOfAll(text, values)
        : await client.query(`explain (format json) ${text}`, [...values])
      const nodes = nodesIn(rows[0]['QUERY PLAN'][0].Plan)
      return {
        readings: nodes.flatMap((node) => readingAt(node, tableOf)).filter(({ table }) => tables.has(table)),
        sorts: nodes.some((node) => node['Node Type'] === 'Sort'),
        text: nodes.map(told).join('\n'),
      }
    },
    close: () => client.end(),
  }
}

type Node = Record<string, string> & { Plans?: Node[] }

function nodesIn(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesIn)]
}

function readingAt(node: Node, tableOf: ReadonlyMap<string, string>): Reading[] {
  const [type = '', index = null] = [node['Node Type'], node['Index Name']]
  const table = node['Relation Name'] ?? ''
  if (type === 'Seq Scan') return [{ table, index: null, condition: '' }]
  if (type === 'Bitmap Heap Scan' || index === null) return []
  const condition = node['Index Cond'] ?? ''
  // A scan of a bitmap names its index alone.
  return [
    { table: table || (tableOf.get(index) ?? index), index: condition === '' ? null : index, condition },
  ]
}

function told(node: Node): string {
  const parts = ['Node Type', 'Relation Name', 'Index Name', 'Index Cond', 'Filter'].map((name) => node[name])
  return parts.filter((part) => part !== undefined).join(' | ')
}
