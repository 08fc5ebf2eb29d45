import { Group, Text } from '@mantine/core'
import type { RestKey } from '../../api/rest-access.ts'
import { KeyChart } from './key-chart.tsx'
import { totalOf } from './requests-words.ts'

/** The chart and the sum of the last 30 days. */
export function KeyRequests({ restKey: { requests } }: { restKey: RestKey }) {
  return (
    <Group gap={8} wrap="nowrap" align="flex-end">
      <KeyChart requests={requests} />
      {/* The chart tells the same to those who hear it. */}
      <Text size="sm" lh={1.2} aria-hidden>
        {totalOf(requests).toLocaleString('en-US')}
      </Text>
    </Group>
  )
}
