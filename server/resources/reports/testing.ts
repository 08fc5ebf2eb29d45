import assert from 'node:assert/strict'
import { type Client, type Fields, listOf, metaOf } from '../../../test/api/client.ts'

export const reportPaths = [
  'deals/by_stage',
  'deals/by_source',
  'deals/by_assignee',
  'deals/by_period',
  'deals/time_in_stage',
  'processes/by_type',
  'processes/by_period',
  'processes/time_in_stage',
  'tasks/by_assignee',
  'tasks/by_process_type',
  'tasks/by_period',
] as const

/** A row of a report, as the API shows it. */
export type ReportRow = Record<string, unknown> & { lists: Record<string, string | null> }

export async function rowsOf(api: Client, path: string): Promise<ReportRow[]> {
  const answer = await api.get(`/reports/${path}`)
  const rows = listOf(answer)
  assert.equal(metaOf(answer).total_count, rows.length)
  return rows as unknown as ReportRow[]
}

/** Counts every number of a report again, by the lists that it names. Returns how many were counted. */
export async function countAgain(api: Client, path: string): Promise<number> {
  let counted = 0
  for (const row of await rowsOf(api, path)) {
    for (const [name, address] of Object.entries(row.lists)) {
      counted++
      if (address === null) assert.equal(row[name], null, name)
      else if (/^(median|p90)_/.test(name)) await checkValue(api, row, name, address)
      else await checkCount(api, row, name, address)
    }
    await checkSums(api, row)
    await checkAverage(api, row)
  }
  return counted
}

async function checkCount(api: Client, row: ReportRow, name: string, address: string): Promise<void> {
  const list = await api.get(`${pathOf(address)}&per_page=1`)
  assert.equal(list.headers.get('x-ignored-params'), null, address)
  assert.equal(row[name], metaOf(list).total_count, `${name}: ${address}`)
}

async function checkValue(api: Client, row: ReportRow, name: string, address: string): Promise<void> {
  const [record, ...others] = listOf(await api.get(pathOf(address)))
  assert.deepEqual(others, [])
  assert.equal(row[name], record?.[name.replace(/^(median|p90)_/, '')], `${name}: ${address}`)
}

async function checkSums(api: Client, row: ReportRow): Promise<void> {
  if (!('value' in row) || !row.lists.count) return
  const deals = await api.all(pathOf(row.lists.count), 200)
  for (const name of ['value', 'cost']) assert.equal(Number(row[name]), sum(deals, name), name)
}

async function checkAverage(api: Client, row: ReportRow): Promise<void> {
  const name = Object.keys(row).find((known) => known.startsWith('average_'))
  const address = row.lists.left ?? row.lists.completed
  if (!name || !address) return
  const ended = await api.all(pathOf(address), 200)
  const average = sum(ended, name.replace('average_', '')) / ended.length
  assert.equal(row[name], ended.length === 0 ? null : Math.round(average), name)
}

function sum(records: readonly Fields[], name: string): number {
  return records.reduce((total, record) => total + Number(record[name] ?? 0), 0)
}

function pathOf(address: string): string {
  assert.match(address, /^\/rest\//)
  return address.slice('/rest'.length)
}
