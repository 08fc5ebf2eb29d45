import { Code, Group } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Named, SetUp } from '../../api/set-up.ts'
import type { Webhook } from '../../api/webhooks.ts'
import { formatAgo, formatDate } from '../../format/times.ts'
import { Card } from '../../shell/card.tsx'
import { Facts } from '../../shell/facts.tsx'
import { ButtonLink } from '../../shell/links.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { SwitchStatus } from './switch-status.tsx'
import { WebhookStatus } from './webhook-status.tsx'

export function WebhookDetails({ webhook, setUp }: { webhook: Webhook; setUp: SetUp | undefined }) {
  const zone = useSignedIn().account.time_zone
  const { description, created_by: creator, created_at: createdAt, last_delivered_at: delivered } = webhook
  return (
    <Card>
      <Facts
        facts={[
          ['Status', <WebhookStatus key="status" webhook={webhook} />],
          ['Address', webhook.target_url],
          ...(description ? [['Description', description] as [string, ReactNode]] : []),
          ['Events', <Events key="events" names={webhook.event_names} />],
          ...filterFacts(webhook, setUp),
          ['Last delivered', delivered ? formatAgo(delivered, zone) : 'Never'],
          ['Added', `${formatDate(createdAt, zone)}${creator ? ` by ${creator.name}` : ''}`],
        ]}
      />
      <Group gap="sm">
        <ButtonLink
          to="/settings/integrations/webhooks/$id/edit"
          params={{ id: webhook.id }}
          variant="default"
        >
          Edit
        </ButtonLink>
        {webhook.status === 'active' && (
          <SwitchStatus webhook={webhook} to="paused" verb="Pause" done="Webhook paused" />
        )}
      </Group>
    </Card>
  )
}

function Events({ names }: { names: string[] }) {
  if (names.includes('*')) return 'Every event'
  return (
    <Group gap={6}>
      {names.map((name) => (
        <Code key={name}>{name}</Code>
      ))}
    </Group>
  )
}

function filterFacts({ filters }: Webhook, setUp: SetUp | undefined): [string, string][] {
  const owners = [...(setUp?.pipelines ?? []), ...(setUp?.processTypes ?? [])]
  const stages = owners.flatMap((owner) =>
    owner.stages.map(({ id, name }) => ({ id, name: `${owner.name} › ${name}` })),
  )
  const lists: [string, string[]][] = [
    ['Pipelines', namesOf(filters.pipeline_ids, setUp?.pipelines)],
    ['Process types', namesOf(filters.process_type_ids, setUp?.processTypes)],
    ['Stages', namesOf(filters.stage_ids, setUp && stages)],
    ['Tags', filters.tags],
  ]
  return lists
    .filter(([, names]) => names.length > 0)
    .map(([label, names]) => [`Only ${label.toLowerCase()}`, names.join(', ')])
}

/** Until the names are known, an ellipsis holds their place. */
function namesOf(ids: readonly string[], known: readonly Named[] | undefined): string[] {
  if (ids.length === 0) return []
  if (!known) return ['…']
  return ids.map((id) => known.find((one) => one.id === id)?.name ?? 'a deleted one')
}
