import type { RestKey } from '../../api/rest-access.ts'
import { formatAgo } from '../../format/times.ts'
import { KeyTime } from './key-time.tsx'

/** "2 minutes ago from 203.0.113.7"; nothing before the first use. */
export function LastUsed({ restKey: { last_used_at, last_used_from } }: { restKey: RestKey }) {
  if (!last_used_at) return null
  return (
    <>
      <KeyTime at={last_used_at} show={formatAgo} />
      {last_used_from && ` from ${last_used_from}`}
    </>
  )
}
