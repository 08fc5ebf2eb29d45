/** A page of the reference that needs no scripts. Its one source is Markdown; the HTML is made from it. */
export interface Page {
  /** Under `/api_docs/`: `guides/paging`. */
  path: string
  title: string
  /** What it is about, in one plain sentence. */
  summary: string
  /** What it stands beside: `Guides`, or the tag of an operation. */
  group: string
  /** Begins with its title as the one heading of the first level. */
  markdown: string
}

/** Where the pages are. */
export const base = '/api_docs'

export function addressOf({ path }: Pick<Page, 'path'>): string {
  return `${base}/${path}`
}

/** `Process types` → `process-types`, as addresses are written. */
export function slug(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

/** A list of links to pages, each with its sentence. */
export function linkList(pages: readonly Page[]): string {
  return pages.map((page) => `- [${page.title}](${addressOf(page)}): ${page.summary}`).join('\n')
}

/** The first sentence of a text of Markdown, without its marks. */
export function firstSentence(markdown: string): string {
  const plain = markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*|`/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  return /^.*?[.!?](?=\s|$)/.exec(plain)?.[0] ?? plain
}
