/** The three ways in which a program reads all tasks. Each parses every record and tells how many there were. */

export const perPage = 200

export type Get = (path: string) => Promise<Response>

interface Page {
  data: unknown[]
  meta: { total_pages: number; next_cursor: string | null }
}

/** Sends requests with a key. What they give back throws on anything but success. */
export function getter(url: string, key: string): Get {
  return async (path) => {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${key}` } })
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`)
    return response
  }
}

export async function byPage(get: Get): Promise<number> {
  let count = 0
  for (let page = 1, pages = 1; page <= pages; page++) {
    const { data, meta } = await readPage(get, `page=${page}`)
    count += data.length
    pages = meta.total_pages
  }
  return count
}

export async function byCursor(get: Get): Promise<number> {
  let count = 0
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page = await readPage(get, `include_total=false&cursor=${encodeURIComponent(cursor)}`)
    count += page.data.length
    cursor = page.meta.next_cursor
  }
  return count
}

export async function byExport(get: Get): Promise<number> {
  const response = await get('/rest/export/tasks.ndjson')
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

async function readPage(get: Get, query: string): Promise<Page> {
  const response = await get(`/rest/tasks?per_page=${perPage}&${query}`)
  return (await response.json()) as Page
}
