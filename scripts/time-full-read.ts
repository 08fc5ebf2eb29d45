/**
 * Times what takes integrators longest elsewhere: reading every task of an account, page by page at 200, and
 * the same as an export. For a running server, such as `latchkey demo --tasks 110381`:
 *
 *     node scripts/time-full-read.ts --url http://127.0.0.1:8080 --key lk_live_…
 *
 * The requests are sent one after the other, as such a client does, and every record is parsed. Prints the
 * count and the seconds of each; exits 1 when the two do not agree.
 */
import { parseArgs } from 'node:util'

interface Page {
  data: unknown[]
  meta: { total_count: number; total_pages: number; next_cursor: string | null }
}

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    key: { type: 'string' },
    resource: { type: 'string', default: 'tasks' },
  },
})
const key = values.key ?? process.env.LATCHKEY_API_KEY
const { url, resource } = values
if (!key) {
  process.stderr.write('Say which key: --key lk_…, or LATCHKEY_API_KEY.\n')
  process.exit(2)
}

const counts = [
  await timed('by page at 200', byPage),
  await timed('by cursor at 200', byCursor),
  await timed('as NDJSON export', byExport),
]
if (new Set(counts).size > 1) {
  process.stderr.write('They differ: was the account written to meanwhile?\n')
  process.exitCode = 1
}

async function timed(name: string, read: () => Promise<number>): Promise<number> {
  const start = performance.now()
  const count = await read()
  const seconds = (performance.now() - start) / 1000
  process.stdout.write(`${resource} ${name}: ${count} records in ${seconds.toFixed(2)} s\n`)
  return count
}

async function byPage(): Promise<number> {
  let count = 0
  for (let page = 1, pages = 1; page <= pages; page++) {
    const { data, meta } = await readPage(`page=${page}`)
    count += data.length
    pages = meta.total_pages
  }
  return count
}

async function byCursor(): Promise<number> {
  let count = 0
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page = await readPage(`include_total=false&cursor=${encodeURIComponent(cursor)}`)
    count += page.data.length
    cursor = page.meta.next_cursor
  }
  return count
}

async function byExport(): Promise<number> {
  const response = await get(`/rest/export/${resource}.ndjson`)
  let count = 0
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      JSON.parse(line)
      count++
    }
  }
  return count
}

async function readPage(query: string): Promise<Page> {
  const response = await get(`/rest/${resource}?per_page=200&${query}`)
  return (await response.json()) as Page
}

async function get(path: string): Promise<Response> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } })
  if (response.ok) return response
  process.stderr.write(`${path} answered ${response.status}: ${await response.text()}\n`)
  process.exit(1)
}
