import { Feed } from 'feed'
import { changelog } from './changelog.ts'
import { htmlOf } from './pages/html.ts'

/** The changelog as an Atom feed (RFC 4287). */
export function changelogFeed(publicUrl: string): string {
  const page = `${publicUrl}/api_docs/changelog`
  const feed = new Feed({
    id: page,
    title: 'Changes of the Latchkey REST API',
    link: page,
    feedLinks: { atom: `${page}.atom` },
    updated: dayOf(changelog[0]?.date ?? '1970-01-01'),
    author: { name: 'Latchkey' },
    generator: false,
    language: 'en',
  })
  for (const { date, title, text, isBreaking } of changelog) {
    feed.addItem({
      id: `${page}#${date}`,
      link: `${page}#${date}`,
      title: isBreaking ? `Breaking: ${title}` : title,
      date: dayOf(date),
      content: htmlOf(text.replaceAll('](/', `](${publicUrl}/`)),
    })
  }
  return feed.atom1()
}

function dayOf(date: string): Date {
  return new Date(`${date}T00:00:00Z`)
}
