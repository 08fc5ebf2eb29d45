import { Alert, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Sandbox } from '../../api/sandbox.ts'
import { formatDateTime } from '../../format/times.ts'
import { Card } from '../../shell/card.tsx'
import { Facts } from '../../shell/facts.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { fillingNames } from './filling-field.tsx'

/** What there is of it, with the ways on. */
export function SandboxFacts({ sandbox, children }: { sandbox: Sandbox; children: ReactNode }) {
  const zone = useSignedIn().account.time_zone
  const { created_at, reset_at, filled_with, state, counts } = sandbox
  return (
    <Card title="Your sandbox" explanation="Nothing in it is real, and nothing leaves it.">
      {state === 'unfinished' && (
        <Alert color="red" title="It was not filled to the end">
          <Text size="sm">The server stopped while it was being filled. Reset it again.</Text>
        </Alert>
      )}
      <Facts
        facts={[
          ['Created', formatDateTime(created_at, zone)],
          ['Last reset', reset_at === null ? 'Never' : formatDateTime(reset_at, zone)],
          ['Filled with', state === 'filling' ? 'Being filled…' : fillingNames[filled_with][0]],
          ['Records', countsIn(counts)],
        ]}
      />
      {children}
    </Card>
  )
}

function countsIn(counts: Record<string, number>): string {
  const shown = Object.entries(counts).filter(([name, count]) => name !== 'captured_messages' && count > 0)
  if (shown.length === 0) return 'None'
  return shown.map(([name, count]) => `${count.toLocaleString('en-US')} ${name}`).join(', ')
}
