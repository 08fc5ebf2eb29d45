import { base, type Page } from './page.ts'

/** The address of a page in a link of Markdown, with what follows its path. */
const link = /\]\((\/[^)\s#]*)(#[^)\s]*)?\)/g

/** The Markdown of a page for who reads it elsewhere: its links are whole and lead from twin to twin. */
export function twinOf({ markdown }: Pick<Page, 'markdown'>, publicUrl: string): string {
  const text = markdown.replace(link, (_, path: string, hash = '') => {
    const isPage = path.startsWith(`${base}/`) && !/\.\w+$/.test(path)
    return `](${publicUrl}${path}${isPage ? '.md' : ''}${hash})`
  })
  return `${text}\n`
}
