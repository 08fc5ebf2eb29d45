import { readFileSync } from 'node:fs'
import { defaultRequestsPerMinute } from '../api-keys/index.ts'
import { errorCodes } from '../errors/error-codes.ts'
import { mostPeriods, usualPeriods } from '../resources/reports/reports.range.ts'
import { mostOperations } from '../rest/batch.ts'
import { largestBody } from '../rest/body.ts'
import { apiVersion } from '../rest/frame.ts'
import { largestKept } from '../rest/idempotency-claims.ts'
import { defaultPageSize, largestPageSize } from '../rest/list-query.ts'

/** In the order in which a stranger needs them. */
const names = [
  'quick-start',
  'authentication',
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
  'versioning',
  'browsers',
  'request-ids',
] as const

const guides = names.map((name) =>
  readFileSync(new URL(`./guides/${name}.md`, import.meta.url), 'utf8').trim(),
)

/**
 * The guides as one text of Markdown. Facts that the code knows stand in them as `{{name}}`.
 * @throws Error when a guide names a fact that there is not.
 */
export function guideText({ publicUrl }: { publicUrl: string }): string {
  const facts: Record<string, string> = {
    url: publicUrl,
    api_version: apiVersion,
    page_size: String(defaultPageSize),
    largest_page: String(largestPageSize),
    requests_per_minute: defaultRequestsPerMinute.toLocaleString('en-US'),
    largest_body: `${largestBody / 1_048_576} MiB`,
    largest_batch: String(mostOperations),
    largest_kept: `${largestKept / 1_048_576} MiB`,
    most_periods: String(mostPeriods),
    usual_periods: String(usualPeriods),
    error_codes: errorTable(),
  }
  return guides.join('\n\n').replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const fact = facts[name]
    if (fact === undefined) throw new Error(`A guide of the reference names {{${name}}}, which nobody knows`)
    return fact
  })
}

/** Every code with its status and what to do about it. The page gives each row its anchor. */
function errorTable(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, [status, meaning]]) => `| \`${code}\` | ${status} | ${meaning.replaceAll('|', '\\|')} |`,
  )
  return ['| Code | Status | What it means |', '|---|---|---|', ...rows].join('\n')
}
