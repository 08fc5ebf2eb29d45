import { resources } from '../../../server/resources/operations.ts'
import type { Operation } from '../../../server/rest/operation.ts'
import type { Fields } from '../../api/client.ts'
import { ask } from '../../support/ask.ts'

/** The source and id under which every record of the test is known elsewhere. */
export const elsewhere = { source: 'ledger', external_id: 'one' }

/** Where a request goes, for records that are there: `/deals/{id}` → `/deals/0197…`. */
export function pathOf(operation: Operation, records: Readonly<Record<string, Fields>>): string {
  const first = operation.path.split('/')[1] ?? ''
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'source') return elsewhere.source
    if (name === 'external_id') return elsewhere.external_id
    if (name === 'name') return 'deal.created'
    const named = resources.find(({ singular }) => name === `${singular}_id`)?.name
    const id = records[named ?? first]?.id
    if (!id) throw new Error(`There is no record for {${name}} of ${operation.path}`)
    return id
  })
  return path === '/events/stream' ? `${path}?for_seconds=0` : path
}

/**
 * Sends it so that nothing comes of it where it is let in: the record is at no such version, and the body is
 * empty. What is created all the same is nothing but one more record.
 */
export async function statusOf(
  url: string,
  { method }: Operation,
  path: string,
  credentials: Readonly<Record<string, string>>,
): Promise<number> {
  const isWrite = method !== 'GET'
  const { status } = await ask(`${url}/rest${path}`, {
    method,
    headers: {
      ...credentials,
      ...(isWrite ? { 'content-type': 'application/json', 'if-match': '"none"', origin: url } : {}),
    },
    body: isWrite ? '{}' : null,
  })
  return status
}

/** As the table tells it: refused for who asks (401, 403), not seen (404), or let in. */
export function outcome(status: number): string {
  if (status >= 500) throw new Error(`answered ${status}`)
  return [401, 403, 404].includes(status) ? String(status) : 'yes'
}
