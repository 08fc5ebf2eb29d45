import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { CapturedMessage } from '../../api/sandbox.ts'
import { Facts } from '../../shell/facts.tsx'
import { AnchorLink } from '../../shell/links.tsx'
import { isResource, singular } from '../record/resources.ts'
import { Code } from '../webhooks/reply.tsx'

const recordNames: Record<string, string> = {
  webhook_deliveries: 'Webhook delivery',
}

/** All that was captured of a message. */
export function MessageDetails({ message }: { message: CapturedMessage }) {
  const { from, to, subject, body, headers, record } = message
  const facts: [string, ReactNode][] = [
    ...(from === null ? [] : [['From', from] satisfies [string, ReactNode]]),
    ['To', to.join(', ')],
    ...(subject === null ? [] : [['Subject', subject] satisfies [string, ReactNode]]),
    ['Record', record ? <RecordName record={record} /> : 'A mail of Latchkey itself'],
  ]
  return (
    <Stack gap="sm">
      <Facts facts={facts} />
      {Object.keys(headers).length > 0 && <Part name="Headers" text={linesOf(headers)} />}
      <Part name="Body" text={body === '' ? '(empty)' : indented(message)} />
    </Stack>
  )
}

/** As a link where the record has a page. */
function RecordName({ record: { type, id } }: { record: NonNullable<CapturedMessage['record']> }) {
  if (!isResource(type)) return `${recordNames[type] ?? type} ${id}`
  return (
    <AnchorLink to="/$resource/$id" params={{ resource: type, id }} inherit>
      {singular[type]} {id}
    </AnchorLink>
  )
}

function Part({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <Text size="sm" fw={600} mb={4} aria-hidden>
        {name}
      </Text>
      <Code text={text} label={name} />
    </div>
  )
}

function linesOf(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}

/** The body of a webhook is one long line. */
function indented({ kind, body }: CapturedMessage): string {
  if (kind !== 'webhook') return body
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
