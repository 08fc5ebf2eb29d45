import { Badge } from '@mantine/core'
import type { RestKey } from '../../api/rest-access.ts'

const statuses = {
  active: ['Active', 'green'],
  disabled: ['Disabled', 'gray'],
  expired: ['Expired', 'red'],
} as const

/** Whether a key works, in one word; what was exposed says so, as it is what to act on. */
export function KeyStatus({ restKey: { status, exposed_at } }: { restKey: RestKey }) {
  const [word, color] = exposed_at && status === 'active' ? (['Exposed', 'red'] as const) : statuses[status]
  return (
    <Badge variant="dot" color={color} tt="none" miw="max-content">
      {word}
    </Badge>
  )
}
