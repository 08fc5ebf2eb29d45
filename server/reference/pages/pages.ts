import { changelogPage } from '../changelog.ts'
import { guides } from '../guides.ts'
import { nameOf, namesIn, schemasThatAreRead } from '../named-schemas.ts'
import type { Json, JsonObject, OpenApiDocument } from '../openapi.types.ts'
import { errorPages } from './error-pages.ts'
import { fieldList } from './fields.ts'
import { operationPage, operationsOf, type PlacedOperation } from './operation-page.ts'
import { addressOf, firstSentence, linkList, type Page, slug } from './page.ts'

/**
 * Every page of the reference, in the order of reading. They are made from the document alone, so that nothing
 * can be in the one and not in the other.
 */
export function referencePages(document: OpenApiDocument, publicUrl: string): readonly Page[] {
  const operations = operationsOf(document)
  const guidePages = guides({ publicUrl }).map(
    ({ name, title, summary, text }): Page => ({
      path: `guides/${name}`,
      title,
      summary,
      group: 'Guides',
      markdown: text,
    }),
  )
  const uses = operations.map((placed) => ({ ...placed, names: namesIn(bodiesOf(placed)) }))
  const tagged = document.tags.map((tag) => tagPages(tag, uses, document))
  const read = schemasThatAreRead(document)
  const objects = Object.entries(document.components.schemas).map(([name, schema]) =>
    objectPage(name, schema, uses, read),
  )
  const others = [headersPage(document), changelogPage()]
  const errors = errorPages()
  const contents = contentsPage({ guides: guidePages, others, tagged, objects, errors })
  return [contents, ...guidePages, ...others, ...tagged.flat(), ...objects, ...errors]
}

interface Use extends PlacedOperation {
  /** The objects that its bodies name. */
  names: ReadonlySet<string>
}

function bodiesOf({ operation }: PlacedOperation): Json {
  return [operation.requestBody ?? null, operation.responses] as unknown as Json
}

interface Parts {
  guides: Page[]
  others: Page[]
  /** For each tag its own page, then its operations. */
  tagged: Page[][]
  objects: Page[]
  errors: Page[]
}

function contentsPage({ guides: guidePages, others, tagged, objects, errors }: Parts): Page {
  const short = (pages: Page[]) => pages.map((page) => `[${page.title}](${addressOf(page)})`).join(', ')
  const tags = tagged.flatMap(([tag, ...operations]) => {
    if (!tag) return []
    const lines = operations.map((page) => `- [${page.title}](${addressOf(page)}) \`${routeOf(page)}\``)
    return [`### [${tag.title}](${addressOf(tag)})\n\n${tag.summary}\n\n${lines.join('\n')}`]
  })
  const sections = [
    '# Contents',
    'The reference of the Latchkey REST API, on pages that need no scripts. Each has a twin in Markdown: its address with `.md` at the end. The same, with requests to try, is the [interactive reference](/api_docs).',
    `For programs: [OpenAPI 3.1](/rest/openapi.json), [Swagger 2.0](/rest/swagger_doc.json), [llms.txt](/llms.txt) and [llms-full.txt](/llms-full.txt), which is everything in one text.`,
    `## Guides\n\n${linkList([...guidePages, ...others])}`,
    '## Operations',
    ...tags,
    `## Objects\n\nWhat is read and sent: ${short(objects)}.`,
    `## Error codes\n\nEach code has a page: ${short(errors)}.`,
  ]
  return {
    path: 'contents',
    title: 'Contents',
    summary: 'Every guide, operation, object and error code of the API.',
    group: 'Contents',
    markdown: sections.join('\n\n'),
  }
}

/** `GET /rest/contacts`, which begins the summary of an operation. */
function routeOf({ summary }: Page): string {
  return /^\S+ \S+?(?=\.\s)/.exec(summary)?.[0] ?? ''
}

function tagPages(
  { name, description }: OpenApiDocument['tags'][number],
  operations: readonly Use[],
  document: OpenApiDocument,
): Page[] {
  const own = operations.filter(({ operation }) => operation.tags.includes(name))
  const pages = own.map((placed) => operationPage(placed, document))
  const objects = new Set(own.flatMap(({ names }) => [...names]))
  const lines = pages.map((page) => `- [${page.title}](${addressOf(page)}) \`${routeOf(page)}\``)
  const shown = [...objects].map((object) => `[${object}](${addressOf({ path: `objects/${object}` })})`)
  const tag: Page = {
    path: `tags/${slug(name)}`,
    title: name,
    summary: firstSentence(description),
    group: name,
    markdown: [
      `# ${name}`,
      description,
      `## Operations\n\n${lines.join('\n')}`,
      ...(shown.length > 0 ? [`## Objects\n\n${shown.join(', ')}.`] : []),
    ].join('\n\n'),
  }
  return [tag, ...pages]
}

function objectPage(
  name: string,
  schema: JsonObject,
  operations: readonly Use[],
  read: ReadonlySet<string>,
): Page {
  const isRead = read.has(name)
  const users = operations.filter(({ names }) => names.has(name))
  const links = users.map(
    ({ title, operation, method, path }) =>
      `- [${title}](${addressOf({ path: `operations/${operation.operationId}` })}) \`${method} /rest${path}\``,
  )
  const own = typeof schema.description === 'string' ? schema.description : ''
  const fields = fieldList(schema, isRead ? 'read' : 'sent')
  const inner = nameOf(schema)
  return {
    path: `objects/${name}`,
    title: name,
    summary: own ? firstSentence(own) : isRead ? 'An object of responses.' : 'The fields of a body.',
    group: 'Objects',
    markdown: [
      `# ${name}`,
      own,
      isRead ? 'It is read in responses.' : 'It is sent in bodies.',
      `## Fields\n\n${fields || inner || 'None.'}`,
      ...(links.length > 0 ? [`## Where it is used\n\n${links.join('\n')}`] : []),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  }
}

function headersPage({ components }: OpenApiDocument): Page {
  const entries = Object.entries(components.headers).map(
    ([name, { description, example }]) =>
      `## ${name}\n\n${String(description)}\n\n\`\`\`http\n${name}: ${String(example)}\n\`\`\``,
  )
  return {
    path: 'headers',
    title: 'Response headers',
    summary: 'Every header that a response of the API can carry.',
    group: 'Guides',
    markdown: [
      '# Response headers',
      'Each operation says which of them its responses carry.',
      ...entries,
    ].join('\n\n'),
  }
}
