import type { RestKey } from '../../api/rest-access.ts'
import { formatAgo } from '../../format/times.ts'
import { KeyTime } from './key-time.tsx'

/** When and from where. */
export function LastUsed({ restKey: { last_used_at, last_used_from } }: { restKey: RestKey }) {
  if (!last_used_at) return 'Not yet'
  return (
    <>
      <KeyTime at={last_used_at} show={formatAgo} />
      {last_used_from && ` from ${last_used_from}`}
    </>
  )
}
