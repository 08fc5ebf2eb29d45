import { Text } from '@mantine/core'
import type { RestKey } from '../../api/rest-access.ts'
import { formatDate } from '../../format/times.ts'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { expiryWords } from './expiry.ts'
import { KeyStatus } from './key-status.tsx'
import { PreviousKey } from './previous-key.tsx'

/** Whether a named key works, for how long, and what calls for an act. */
export function KeyState({ restKey }: { restKey: RestKey }) {
  const zone = useSignedIn().account.time_zone
  const { exposed_at, expires_at, status } = restKey
  const expiry = expiryWords(expires_at, zone)
  return (
    <>
      <KeyStatus restKey={restKey} />
      {exposed_at && (
        <Text size="sm">
          Found where others can read it on {formatDate(exposed_at, zone)}. Rotate or revoke it.
        </Text>
      )}
      {expiry && (
        <Text size="sm" c="dimmed">
          {expiry}
        </Text>
      )}
      {status === 'expired' && <Text size="sm">Change its expiry to use it again.</Text>}
      <PreviousKey restKey={restKey} />
    </>
  )
}
