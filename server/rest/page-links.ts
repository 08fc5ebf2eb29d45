/** Four addresses of this length stay within the 16 KiB of headers that clients and proxies accept. */
const longestAddress = 2_000

/**
 * The `Link` header of a list page (RFC 8288): first, prev, next and last, or null when it is no list. None of
 * an address so long that a client would refuse the answer for its headers; `meta` tells the same.
 */
export function pageLinks(url: string, body: unknown): string | null {
  const meta = metaOf(body)
  if (!meta || url.length > longestAddress) return null
  const [path = '', query = ''] = url.split('?')
  const link = (rel: string, name: 'page' | 'cursor', value: string | number) => {
    const pairs = query.split('&').filter((pair) => pair !== '' && !/^(page|cursor)=/.test(pair))
    const target = `${path}?${[...pairs, `${name}=${encodeURIComponent(value)}`].join('&')}`
    return `<${target}>; rel="${rel}"`
  }
  const links: string[] = []
  const { page_number: page, total_pages: pages, next_cursor: cursor } = meta
  if (page === undefined) {
    if (cursor) links.push(link('next', 'cursor', cursor))
  } else {
    links.push(link('first', 'page', 1))
    if (page > 1) links.push(link('prev', 'page', page - 1))
    if (cursor) links.push(link('next', 'page', page + 1))
    if (pages !== undefined) links.push(link('last', 'page', Math.max(1, pages)))
  }
  return links.length > 0 ? links.join(', ') : null
}

interface Meta {
  page_number?: number
  total_pages?: number
  next_cursor: string | null
}

function metaOf(body: unknown): Meta | null {
  if (typeof body !== 'object' || body === null || !('meta' in body)) return null
  const { meta } = body
  return typeof meta === 'object' && meta !== null && 'next_cursor' in meta ? (meta as Meta) : null
}
