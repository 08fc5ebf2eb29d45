import { Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type ManagedRestAccess, restAccessQuery } from '../../api/rest-access.ts'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { type Crumb, Page } from '../../shell/page.tsx'
import { AskAnAdmin } from '../rest-access/ask-an-admin.tsx'

const toKeys: Crumb[] = [
  { label: 'Settings' },
  { label: 'Integrations', to: '/settings/integrations' },
  { label: 'REST API', to: '/settings/integrations/rest-api' },
]

interface KeyFrameProps {
  title: string
  children: (access: ManagedRestAccess) => ReactNode
}

/** A page about one key; who is no admin sees whom to ask. */
export function KeyFrame({ title, children }: KeyFrameProps) {
  const access = useQuery(restAccessQuery)
  return (
    <Page title={title} crumbs={toKeys}>
      <Loaded query={access} skeleton={<FormSkeleton />}>
        {(known) => (known.may_manage ? children(known) : <AskAnAdmin access={known} />)}
      </Loaded>
    </Page>
  )
}

function FormSkeleton() {
  return (
    <Stack gap="lg">
      {[60, 180, 280].map((height) => (
        <Card key={height}>
          <Skeleton h={22} w={180} />
          <Skeleton h={height} />
        </Card>
      ))}
    </Stack>
  )
}
