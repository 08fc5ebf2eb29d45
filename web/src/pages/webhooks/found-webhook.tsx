import { Skeleton, Stack, Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ApiError } from '../../api/api-error.ts'
import type { Webhook } from '../../api/webhooks.ts'
import { Card } from '../../shell/card.tsx'
import { AnchorLink } from '../../shell/links.tsx'
import { Loaded } from '../../shell/loaded.tsx'

interface FoundWebhookProps {
  query: UseQueryResult<Webhook>
  children: (webhook: Webhook) => ReactNode
}

/** A webhook that loads, or is not there. */
export function FoundWebhook({ query, children }: FoundWebhookProps) {
  if (isMissing(query.error)) {
    return (
      <Card title="There is no such webhook">
        <Text size="sm">
          It may have been deleted, or it belongs to another account.{' '}
          <AnchorLink to="/settings/integrations/webhooks" inherit>
            See all webhooks
          </AnchorLink>
        </Text>
      </Card>
    )
  }
  return (
    <Loaded query={query} skeleton={<WebhookSkeleton />}>
      {children}
    </Loaded>
  )
}

/** An id that is no id at all is as missing as one that nobody has. */
function isMissing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 400)
}

function WebhookSkeleton() {
  return (
    <Stack gap="lg">
      {[160, 120, 240].map((height) => (
        <Card key={height}>
          <Skeleton h={22} w={180} />
          <Skeleton h={height} />
        </Card>
      ))}
    </Stack>
  )
}
