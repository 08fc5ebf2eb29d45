import { Alert, Text } from '@mantine/core'
import type { RestKey } from '../../api/rest-access.ts'
import { formatDate, formatDateTime } from '../../format/times.ts'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { lastDay } from './expiry.ts'

/** Why the main key is refused, or should be replaced, and what to do. */
export function KeyTrouble({ restKey }: { restKey: RestKey }) {
  const zone = useSignedIn().account.time_zone
  const { status, exposed_at, expires_at, disabled_at } = restKey
  return (
    <>
      {exposed_at && (
        <Alert
          color="red"
          title={`This key was found where others can read it on ${formatDate(exposed_at, zone)}`}
        >
          <Text size="sm">Rotate it now, and take it out of where it was found.</Text>
        </Alert>
      )}
      {disabled_at && (
        <Alert color="gray" title={`Disabled on ${formatDateTime(disabled_at, zone)}`}>
          <Text size="sm">Every request with this key is refused until you enable it again.</Text>
        </Alert>
      )}
      {status === 'expired' && expires_at && (
        <Alert color="red" title={`Expired on ${formatDate(lastDay(expires_at, zone), 'UTC')}`}>
          <Text size="sm">Every request with this key is refused. Change its expiry to use it again.</Text>
        </Alert>
      )}
    </>
  )
}
