import { Text } from '@mantine/core'
import type { RestKey } from '../../api/rest-access.ts'
import { formatDateTime } from '../../format/times.ts'
import { useSignedIn } from '../../shell/signed-in.tsx'

/** Until when the key before the last rotation works as well; nothing once it has ended. */
export function PreviousKey({ restKey: { previous_works_until: until } }: { restKey: RestKey }) {
  const zone = useSignedIn().account.time_zone
  if (!until || Date.parse(until) <= Date.now()) return null
  return <Text size="sm">The previous key works until {formatDateTime(until, zone)}.</Text>
}
