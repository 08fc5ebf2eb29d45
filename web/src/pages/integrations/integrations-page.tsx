import { Badge, Group, Paper, SimpleGrid, Skeleton, Text, Title } from '@mantine/core'
import { IconKey, IconWebhook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
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
        <PlaceCard
          to="/settings/integrations/webhooks"
          title="Webhooks"
          text="Tell other programs what happens as it happens, and see what became of each message."
          icon={<IconWebhook size={22} aria-hidden />}
        />
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

interface PlaceCardProps {
  to: '/settings/integrations/rest-api' | '/settings/integrations/webhooks'
  title: string
  text: string
  icon: ReactNode
  badge?: ReactNode
}

function PlaceCard({ to, title, text, icon, badge }: PlaceCardProps) {
  return (
    <Paper withBorder p="lg" bd="1px solid var(--latchkey-line)" className={classes.card}>
      <Group justify="space-between" mb="xs">
        <Group gap="sm">
          {icon}
          <Title order={2} size="h4">
            <Link to={to} className={classes.link}>
              {title}
            </Link>
          </Title>
        </Group>
        {badge}
      </Group>
      <Text c="dimmed" size="sm">
        {text}
      </Text>
    </Paper>
  )
}

function RestApiCard({ access }: { access: RestAccess }) {
  return (
    <PlaceCard
      to="/settings/integrations/rest-api"
      title="REST API"
      text="Connect third-party tools, custom integrations and automated workflows to your account's data."
      icon={<IconKey size={22} aria-hidden />}
      badge={
        <Badge variant="dot" color={access.enabled ? 'green' : 'gray'} tt="none">
          {access.enabled ? 'On' : 'Off'}
        </Badge>
      }
    />
  )
}
