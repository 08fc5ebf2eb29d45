import { Text } from '@mantine/core'
import type { RestKey } from '../../api/rest-access.ts'
import { KeyChart } from './key-chart.tsx'
import { totalOf } from './requests-words.ts'

/** The chart and the sum of the last 30 days. */
export function KeyRequests({ restKey: { requests } }: { restKey: RestKey }) {
  return (
    <>
      <KeyChart requests={requests} />
      {/* The chart tells the same to those who hear it. */}
      <Text size="xs" c="dimmed" aria-hidden>
        {totalOf(requests).toLocaleString('en-US')}
      </Text>
    </>
  )
}
