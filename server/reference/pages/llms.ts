import { addressOf, type Page } from './page.ts'
import { twinOf } from './twin.ts'

const about =
  'The REST API of Latchkey, a self-hosted server for property-management companies: leads, contacts, properties, processes and tasks. Programs written for the LeadSimple REST API run unchanged.'

/** `/llms.txt` (llmstxt.org): what there is, and where it is to be read in Markdown. */
export function llmsText(pages: readonly Page[], publicUrl: string): string {
  const line = (page: Page) => `- [${page.title}](${publicUrl}${addressOf(page)}.md): ${page.summary}`
  const under = (place: string) => pages.filter(({ path }) => path.startsWith(place)).map(line)
  return [
    '# Latchkey REST API',
    `> ${about}`,
    `Base address: ${publicUrl}/rest. Send the key as \`Authorization: Bearer lk_live_…\`. Every page is Markdown at its address with \`.md\`.`,
    `## Guides\n\n${[...under('guides/'), ...under('headers')].join('\n')}`,
    `## Operations by resource\n\n${under('tags/').join('\n')}`,
    `## Machine-readable\n\n- [OpenAPI 3.1](${publicUrl}/rest/openapi.json): the whole API for programs\n- [Swagger 2.0](${publicUrl}/rest/swagger_doc.json): the same for older generators`,
    `## Optional\n\n${[...under('contents'), ...under('changelog')].join('\n')}\n- [Everything in one text](${publicUrl}/llms-full.txt): every guide, operation and object`,
  ].join('\n\n')
}

/** `/llms-full.txt`: every page but the lists of other pages, one after the other. */
export function llmsFullText(pages: readonly Page[], publicUrl: string): string {
  const read = pages.filter(({ path }) => !/^(contents$|tags\/|errors\/)/.test(path))
  const texts = read.map((page) => `${twinOf({ markdown: inOneLanguage(page.markdown) }, publicUrl)}`)
  return `# Latchkey REST API\n\n> ${about}\n\n${texts.join('\n---\n\n')}`
}

/** The samples in the other languages say the same again; they are on the page of the operation. */
function inOneLanguage(markdown: string): string {
  return markdown.split('\n## In other languages\n')[0]?.trimEnd() ?? markdown
}
