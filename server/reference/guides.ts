import { readFileSync } from 'node:fs'
import { areas } from '../access/scopes.ts'
import { defaultRequestsPerMinute, mostKeys } from '../api-keys/index.ts'
import { type ErrorCode, errorCodes } from '../errors/error-codes.ts'
import { mostPeriods, usualPeriods } from '../resources/reports/reports.range.ts'
import { mostOperations } from '../rest/batch.ts'
import { largestBody } from '../rest/body.ts'
import { apiVersion } from '../rest/frame.ts'
import { largestKept } from '../rest/idempotency-claims.ts'
import { defaultPageSize, largestPageSize } from '../rest/list-query.ts'
import { firstSentence } from './pages/page.ts'

/** In the order in which a stranger needs them. */
const names = [
  'quick-start',
  'moving-from-leadsimple',
  'authentication',
  'keys',
  'bodies',
  'paging',
  'order',
  'filters',
  'search',
  'updated-since',
  'external-ids',
  'export',
  'reports',
  'conditional-requests',
  'idempotency',
  'batch',
  'limits',
  'emulation',
  'errors',
  'times-and-numbers',
  'custom-fields',
  'messages',
  'tags-and-assignees',
  'leases',
  'process-types',
  'files',
  'deleting',
  'events',
  'webhooks',
  'verify-webhooks',
  'migrate-a-poller',
  'connect-n8n-make-zapier',
  'sandbox',
  'audit-log',
  'versioning',
  'browsers',
  'request-ids',
] as const

export interface Guide {
  /** Its place under `/api_docs/guides/`. */
  name: (typeof names)[number]
  title: string
  /** Its first sentence. */
  summary: string
  /** Markdown, from its title on. Links to other pages begin with `/`. */
  text: string
}

const sources = names.map((name) => ({
  name,
  markdown: readFileSync(new URL(`./guides/${name}.md`, import.meta.url), 'utf8').trim(),
}))

/**
 * The guides. Facts that the code knows stand in their Markdown as `{{name}}`.
 * @throws Error when a guide names a fact that there is not, or has no title.
 */
export function guides({ publicUrl }: { publicUrl: string }): Guide[] {
  return sources.map(({ name, markdown }) => {
    const text = withFacts(markdown, factsOf(publicUrl, { isLinked: true }))
    const [, title, rest] = /^# (.+?)\n+(.+)$/s.exec(text) ?? []
    if (!title || !rest) throw new Error(`The guide ${name} does not begin with its title`)
    return { name, title, summary: firstSentence(rest.split('\n\n')[0] ?? ''), text }
  })
}

/** The guides as one text, for a document that may be read anywhere: its links are whole. */
export function guideText({ publicUrl }: { publicUrl: string }): string {
  const text = sources.map(({ markdown }) => markdown).join('\n\n')
  return withFacts(text, factsOf(publicUrl, { isLinked: false })).replaceAll('](/', `](${publicUrl}/`)
}

function factsOf(publicUrl: string, { isLinked }: { isLinked: boolean }): Record<string, string> {
  return {
    url: publicUrl,
    api_version: apiVersion,
    page_size: String(defaultPageSize),
    largest_page: String(largestPageSize),
    requests_per_minute: defaultRequestsPerMinute.toLocaleString('en-US'),
    most_keys: String(mostKeys),
    areas: areaTable(),
    largest_body: `${largestBody / 1_048_576} MiB`,
    largest_batch: String(mostOperations),
    largest_kept: `${largestKept / 1_048_576} MiB`,
    most_periods: String(mostPeriods),
    usual_periods: String(usualPeriods),
    error_codes: errorTable(
      isLinked ? (code) => `[\`${code}\`](/api_docs/errors/${code})` : (code) => `\`${code}\``,
    ),
  }
}

function withFacts(markdown: string, facts: Readonly<Record<string, string>>): string {
  return markdown.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const fact = facts[name]
    if (fact === undefined) throw new Error(`A guide of the reference names {{${name}}}, which nobody knows`)
    return fact
  })
}

function areaTable(): string {
  const rows = Object.entries(areas).map(([name, [, description]]) => `| \`${name}\` | ${description} |`)
  return ['| Area | What is in it |', '|---|---|', ...rows].join('\n')
}

/** Every code with its status and what to do about it. */
function errorTable(shown: (code: ErrorCode) => string): string {
  const rows = (Object.keys(errorCodes) as ErrorCode[]).map((code) => {
    const [status, meaning] = errorCodes[code]
    return `| ${shown(code)} | ${status} | ${meaning.replaceAll('|', '\\|')} |`
  })
  return ['| Code | Status | What it means |', '|---|---|---|', ...rows].join('\n')
}
