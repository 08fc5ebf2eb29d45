import { Group, List, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconCopy } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import {
  type Attempt,
  type Delivery,
  deliveryQuery,
  redeliver,
  type WholeDelivery,
} from '../../api/deliveries.ts'
import type { Webhook } from '../../api/webhooks.ts'
import { formatMoment } from '../../format/times.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { copyText } from '../../shell/copy-text.ts'
import { Facts } from '../../shell/facts.tsx'
import { AnchorLink } from '../../shell/links.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { tell } from '../../shell/toasts.ts'
import { isResource } from '../record/resources.ts'
import { Code, outcomeOf, ReplyBody } from './reply.tsx'

/** Every attempt of a delivery, and what was sent. */
export function DeliveryDetails({ webhook, delivery }: { webhook: Webhook; delivery: Delivery }) {
  const whole = useQuery(deliveryQuery(webhook.id, delivery.id))
  return (
    <Loaded query={whole} skeleton={<Skeleton h={240} />}>
      {(known) => (
        <Stack gap="md">
          <Attempts delivery={known} />
          <Payload text={readable(known.payload)} />
          <Facts
            facts={[...recordFact(known.payload), ['webhook-id', known.event.id], ['Delivery', known.id]]}
          />
          {webhook.status !== 'disabled' && <Again webhookId={webhook.id} deliveryId={known.id} />}
        </Stack>
      )}
    </Loaded>
  )
}

function Payload({ text }: { text: string }) {
  const copying = useMutation({
    mutationFn: () => copyText(Promise.resolve(text)),
    onSuccess: ({ copied }) => tell(copied ? 'Copied what is sent' : 'This page may not use the clipboard'),
  })
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Title order={3} size="sm">
          What is sent
        </Title>
        <ActButton
          variant="subtle"
          size="compact-sm"
          loading={copying.isPending}
          onClick={() => copying.mutate()}
          leftSection={<IconCopy size={14} aria-hidden />}
        >
          Copy
        </ActButton>
      </Group>
      <Code text={text} label="What is sent" />
    </div>
  )
}

/** The record that the event is about, as a link where it has a page. */
function recordFact(payload: string): [string, ReactNode][] {
  const { resource, record_id: id } = aboutIn(payload)
  if (!resource || !id || !isResource(resource)) return []
  return [
    [
      'Record',
      <AnchorLink key="record" to="/$resource/$id" params={{ resource, id }} inherit>
        Open the record
      </AnchorLink>,
    ],
  ]
}

function aboutIn(payload: string): { resource?: string; record_id?: string } {
  try {
    return JSON.parse(payload).data ?? {}
  } catch {
    return {}
  }
}

function Attempts({ delivery }: { delivery: WholeDelivery }) {
  const zone = useSignedIn().account.time_zone
  const { attempts, status, next_attempt_at } = delivery
  return (
    <div>
      <Title order={3} size="sm" mb={4}>
        Attempts
      </Title>
      {attempts.length === 0 && <Text size="sm">None has been made yet.</Text>}
      <List
        size="sm"
        listStyleType="none"
        spacing="sm"
        styles={{ itemWrapper: { width: '100%' }, itemLabel: { width: '100%' } }}
      >
        {attempts.map((attempt) => (
          <List.Item key={attempt.number}>
            <OneAttempt attempt={attempt} />
          </List.Item>
        ))}
      </List>
      {status === 'pending' && next_attempt_at && (
        <Text size="sm" mt="xs">
          The next attempt is due on {formatMoment(next_attempt_at, zone)}.
        </Text>
      )}
    </div>
  )
}

function OneAttempt({ attempt }: { attempt: Attempt }) {
  const zone = useSignedIn().account.time_zone
  return (
    <Stack gap={4}>
      <Text size="sm">
        {formatMoment(attempt.started_at, zone)}: {outcomeOf(attempt)}
      </Text>
      {attempt.response_status !== null && (
        <ReplyBody body={attempt.response_body} label={`The reply to attempt ${attempt.number}`} />
      )}
    </Stack>
  )
}

function Again({ webhookId, deliveryId }: { webhookId: string; deliveryId: string }) {
  const again = useMutation({
    mutationFn: () => redeliver(webhookId, deliveryId),
    onSuccess: () => tell('The event is delivered again'),
  })
  return (
    <Group>
      <ActButton variant="default" size="xs" loading={again.isPending} onClick={() => again.mutate()}>
        Deliver again
      </ActButton>
    </Group>
  )
}

function readable(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2)
  } catch {
    return payload
  }
}
