import type { ReactNode } from 'react'
import type { RestKey } from '../../api/rest-access.ts'
import { formatDate } from '../../format/times.ts'
import classes from './key-dates.module.css'
import { KeyRequests } from './key-requests.tsx'
import { KeyTime } from './key-time.tsx'
import { LastUsed } from './last-used.tsx'

/** When a key was made, changed and used, and how much. */
export function KeyDates({ restKey }: { restKey: RestKey }) {
  const { created_at, created_by, last_rotated_at } = restKey
  return (
    <dl className={classes.dates}>
      <Named name="Created">
        <KeyTime at={created_at} show={formatDate} />
        {created_by && ` by ${created_by.name}`}
      </Named>
      {last_rotated_at && (
        <Named name="Last rotated">
          <KeyTime at={last_rotated_at} show={formatDate} />
        </Named>
      )}
      <Named name="Last used">{restKey.last_used_at ? <LastUsed restKey={restKey} /> : 'Not yet'}</Named>
      <Named name="Requests in 30 days">
        <KeyRequests restKey={restKey} />
      </Named>
    </dl>
  )
}

function Named({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
