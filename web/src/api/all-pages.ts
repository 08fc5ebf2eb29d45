import { get } from './client.ts'

interface ListPage<Item> {
  data: Item[]
  meta: { next_cursor: string | null }
}

/** Reads a list of the API to its end, by cursor. `path` may have a query. */
export async function allPages<Item>(path: string): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const separator = path.includes('?') ? '&' : '?'
    const page: ListPage<Item> = await get(
      `${path}${separator}per_page=200&include_total=false&cursor=${encodeURIComponent(cursor)}`,
    )
    items.push(...page.data)
    cursor = page.meta.next_cursor
  }
  return items
}
