import { Group, Paper, Text, Title } from '@mantine/core'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ComponentType, ReactNode } from 'react'
import classes from './integrations-page.module.css'

interface IntegrationCardProps {
  to: LinkProps['to']
  title: string
  icon: ComponentType<{ size: number; 'aria-hidden': boolean }>
  /** How it stands, at a glance. */
  badge?: ReactNode
  children: string
}

/** The way to an integration, and what it is for. */
export function IntegrationCard({ to, title, icon: Icon, badge, children }: IntegrationCardProps) {
  return (
    <Paper withBorder p="lg" bd="1px solid var(--latchkey-line)" className={classes.card}>
      <Group justify="space-between" mb="xs">
        <Group gap="sm">
          <Icon size={22} aria-hidden />
          <Title order={2} size="h4">
            <Link to={to} className={classes.link}>
              {title}
            </Link>
          </Title>
        </Group>
        {badge}
      </Group>
      <Text c="dimmed" size="sm">
        {children}
      </Text>
    </Paper>
  )
}
