import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { webhooksQuery } from '../../api/webhooks.ts'
import { Card } from '../../shell/card.tsx'
import { ButtonLink } from '../../shell/links.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { Page } from '../../shell/page.tsx'
import { ForAdmins, toWebhooks } from './for-admins.tsx'
import { GuideLink } from './guide-link.tsx'
import { WebhooksTable } from './webhooks-table.tsx'

export function WebhooksPage() {
  return (
    <ForAdmins>
      <Webhooks />
    </ForAdmins>
  )
}

function Webhooks() {
  const webhooks = useQuery(webhooksQuery)
  return (
    <Page
      title="Webhooks"
      crumbs={toWebhooks.slice(0, -1)}
      action={<ButtonLink to="/settings/integrations/webhooks/new">Add webhook</ButtonLink>}
    >
      <Card>
        <Loaded query={webhooks} skeleton={<WebhooksSkeleton />}>
          {(known) => (known.length === 0 ? <NoWebhooks /> : <WebhooksTable webhooks={known} />)}
        </Loaded>
      </Card>
    </Page>
  )
}

function NoWebhooks() {
  return (
    <Stack gap="sm" maw={560}>
      <Text size="sm">
        A webhook sends what happens in your account to an address of yours, as it happens: a new deal, a
        completed task, a lease that was changed. Another program can act on it at once and has to ask for
        nothing.
      </Text>
      <Text size="sm">
        Add one with the address of a program that is ready to receive. You get a secret by which it knows
        that a message is from here.
      </Text>
      <GuideLink guide="webhooks">How webhooks work</GuideLink>
    </Stack>
  )
}

function WebhooksSkeleton() {
  return (
    <Stack gap="sm">
      {['head', 'first', 'second'].map((row) => (
        <Skeleton key={row} h={40} />
      ))}
    </Stack>
  )
}
