import { Badge, Group, Paper, SimpleGrid, Skeleton, Text, Title } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type RestAccess, restAccessQuery } from '../../api/rest-access.ts'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { Page } from '../../shell/page.tsx'
import classes from './integrations-page.module.css'

export function IntegrationsPage() {
  const access = useQuery(restAccessQuery)
  return (
    <Page title="Integrations" crumbs={[{ label: 'Settings' }]}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Loaded query={access} skeleton={<CardSkeleton />}>
          {(known) => <RestApiCard access={known} />}
        </Loaded>
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
    <Paper withBorder p="lg" bd="1px solid var(--latchkey-line)" className={classes.card}>
      <Group justify="space-between" mb="xs">
        <Group gap="sm">
          <IconKey size={22} aria-hidden />
          <Title order={2} size="h4">
            <Link to="/settings/integrations/rest-api" className={classes.link}>
              REST API
            </Link>
          </Title>
        </Group>
        <Badge variant="dot" color={access.enabled ? 'green' : 'gray'} tt="none">
          {access.enabled ? 'On' : 'Off'}
        </Badge>
      </Group>
      <Text c="dimmed" size="sm">
        Connect third-party tools, custom integrations and automated workflows to your account's data.
      </Text>
    </Paper>
  )
}
