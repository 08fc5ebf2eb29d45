import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type Webhook, webhooksQuery } from '../../api/webhooks.ts'
import { AdminsOnly } from '../../shell/admins-only.tsx'
import { Card } from '../../shell/card.tsx'
import { AnchorLink, ButtonLink } from '../../shell/links.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { integrations, onlyAdmins } from './frame.ts'
import { WebhooksTable } from './webhooks-table.tsx'

export function WebhooksPage() {
  const isAdmin = useSignedIn().role === 'admin'
  return (
    <Page
      title="Webhooks"
      crumbs={integrations}
      action={isAdmin && <ButtonLink to="/settings/integrations/webhooks/new">Add webhook</ButtonLink>}
    >
      {isAdmin ? <Webhooks /> : <AdminsOnly {...onlyAdmins} />}
    </Page>
  )
}

function Webhooks() {
  const webhooks = useQuery(webhooksQuery)
  return (
    <Card>
      <Loaded query={webhooks} skeleton={<TableSkeleton />}>
        {(known) => (known.length > 0 ? <WebhooksTable webhooks={newestFirst(known)} /> : <NoWebhooks />)}
      </Loaded>
    </Card>
  )
}

function NoWebhooks() {
  return (
    <Stack gap="sm" align="flex-start">
      <Text>No program is told of changes yet.</Text>
      <Text size="sm" c="dimmed" maw={620}>
        A webhook is an address of a program that Latchkey tells of what happens, such as a new deal or a
        finished task, as it happens. Each message is signed, and sent again until it has arrived.
      </Text>
      <AnchorLink to="/settings/integrations/webhooks/new" size="sm">
        Add the first webhook
      </AnchorLink>
    </Stack>
  )
}

function newestFirst(webhooks: Webhook[]): Webhook[] {
  return webhooks.toSorted((one, other) => other.created_at.localeCompare(one.created_at))
}

function TableSkeleton() {
  return (
    <Stack gap="sm">
      {['head', 'first', 'second'].map((row) => (
        <Skeleton key={row} h={36} />
      ))}
    </Stack>
  )
}
