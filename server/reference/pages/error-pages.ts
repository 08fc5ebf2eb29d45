import { STATUS_CODES } from 'node:http'
import { codesOfThePages, type ErrorCode, errorCodes } from '../../errors/error-codes.ts'
import { addressOf, base, type Page } from './page.ts'

/** A page for each code: the `type` of an error leads to it (RFC 9457 §3.1.1). */
export function errorPages(): Page[] {
  return (Object.keys(errorCodes) as ErrorCode[]).map((code): Page => {
    const [status, meaning] = errorCodes[code]
    return {
      path: `errors/${code}`,
      title: code,
      summary: meaning,
      group: 'Error codes',
      markdown: [
        `# ${code}`,
        `**${status} ${STATUS_CODES[status] ?? ''}**`,
        meaning,
        whereOf(code),
        `## Try again?\n\n${retryOf(code, status)}`,
        `All codes stand in the guide [Errors](${addressOf({ path: 'guides/errors' })}).`,
      ].join('\n\n'),
    }
  })
}

function whereOf(code: ErrorCode): string {
  if (codesOfThePages.includes(code))
    return 'The pages of sign-in and settings answer with it, never an operation of `/rest`.'
  return 'The field `error` of the answer says it about your request, and `errors` names each parameter that it concerns.'
}

/** The conflicts that pass by themselves. */
const passing: readonly ErrorCode[] = ['write_conflict', 'idempotency_in_progress']

function retryOf(code: ErrorCode, status: number): string {
  const limits = `[the guide on limits](${base}/guides/limits)`
  if (status === 429) return `Yes, after the seconds in \`Retry-After\`. Nothing was done. See ${limits}.`
  if (status >= 500) {
    return `Yes, with growing pauses as in ${limits}; a write with the \`Idempotency-Key\` that it had.`
  }
  if (status === 408 || passing.includes(code)) {
    return `Yes, after the seconds in \`Retry-After\`, or after a second. Nothing was written by this request.`
  }
  if (status === 412) return 'Read the record again, decide again, and send the write with its new ETag.'
  if (status === 401)
    return 'Not with the same key: an admin of the account finds the current one in the settings.'
  return 'Not the same request: it gets the same answer. Nothing was changed by it.'
}
