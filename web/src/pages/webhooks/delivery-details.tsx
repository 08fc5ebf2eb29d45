import { Group, List, Skeleton, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
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
import { Facts } from '../../shell/facts.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { tell } from '../../shell/toasts.ts'
import { Code, outcomeOf, ReplyBody } from './reply.tsx'

/** Every attempt of a delivery, and what was sent. */
export function DeliveryDetails({ webhook, delivery }: { webhook: Webhook; delivery: Delivery }) {
  const whole = useQuery(deliveryQuery(webhook.id, delivery.id))
  return (
    <Loaded query={whole} skeleton={<Skeleton h={240} />}>
      {(known) => (
        <Stack gap="md">
          <Attempts delivery={known} />
          <div>
            <Text size="sm" fw={600} mb={4}>
              What is sent
            </Text>
            <Code text={readable(known.payload)} label="What is sent" />
          </div>
          <Facts
            facts={[
              ['webhook-id', known.event.id],
              ['Delivery', known.id],
            ]}
          />
          {webhook.status !== 'disabled' && <Again webhookId={webhook.id} deliveryId={known.id} />}
        </Stack>
      )}
    </Loaded>
  )
}

function Attempts({ delivery }: { delivery: WholeDelivery }) {
  const zone = useSignedIn().account.time_zone
  const { attempts, status, next_attempt_at } = delivery
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        Attempts
      </Text>
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
