import { Badge, SimpleGrid, Skeleton } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type RestAccess, restAccessQuery } from '../../api/rest-access.ts'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { Page } from '../../shell/page.tsx'
import { IntegrationCard } from './integration-card.tsx'
import { SandboxCard } from './sandbox-card.tsx'
import { WebhooksCard } from './webhooks-card.tsx'

export function IntegrationsPage() {
  const access = useQuery(restAccessQuery)
  return (
    <Page title="Integrations" crumbs={[{ label: 'Settings' }]}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Loaded query={access} skeleton={<CardSkeleton />}>
          {(known) => <RestApiCard access={known} />}
        </Loaded>
        <WebhooksCard />
        <SandboxCard />
      </SimpleGrid>
    </Page>
  )
}

function CardSkeleton() {
  return (
    <Card>
      <Skeleton h={22} w={130} />
      <Skeleton h={39} />
    </Card>
  )
}

function RestApiCard({ access }: { access: RestAccess }) {
  return (
    <IntegrationCard
      to="/settings/integrations/rest-api"
      title="REST API"
      icon={IconKey}
      badge={
        <Badge variant="dot" color={access.enabled ? 'green' : 'gray'} tt="none">
          {access.enabled ? 'On' : 'Off'}
        </Badge>
      }
    >
      Connect third-party tools, custom integrations and automated workflows to your account's data.
    </IntegrationCard>
  )
}
