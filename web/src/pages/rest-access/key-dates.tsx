import { Text } from '@mantine/core'
import type { RestKey } from '../../api/rest-access.ts'
import { formatAgo, formatDate, formatDateTime } from '../../format/times.ts'
import { useSignedIn } from '../../shell/signed-in.tsx'
import classes from './key-dates.module.css'

export function KeyDates({ restKey }: { restKey: RestKey }) {
  const zone = useSignedIn().account.time_zone
  const { created_at, created_by, last_rotated_at, last_used_at } = restKey
  return (
    <dl className={classes.dates}>
      <div>
        <dt>Created</dt>
        <dd>
          <Time at={created_at} zone={zone} show={formatDate} />
          {created_by && <Text span inherit>{` by ${created_by.name}`}</Text>}
        </dd>
      </div>
      {last_rotated_at && (
        <div>
          <dt>Last rotated</dt>
          <dd>
            <Time at={last_rotated_at} zone={zone} show={formatDate} />
          </dd>
        </div>
      )}
      <div>
        <dt>Last used</dt>
        <dd>{last_used_at ? <Time at={last_used_at} zone={zone} show={formatAgo} /> : 'Not yet'}</dd>
      </div>
    </dl>
  )
}

interface TimeProps {
  at: string
  zone: string
  show: (at: string, zone: string) => string
}

function Time({ at, zone, show }: TimeProps) {
  return (
    <time dateTime={at} title={`${formatDateTime(at, zone)} (${zone})`}>
      {show(at, zone)}
    </time>
  )
}
