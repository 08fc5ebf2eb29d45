import { Skeleton, Stack, Text } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type RestAccess, restAccessQuery } from '../../api/rest-access.ts'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { Page } from '../../shell/page.tsx'
import { SupportAddress } from '../../shell/support.tsx'
import { AskAnAdmin } from './ask-an-admin.tsx'
import { ManageAccess } from './manage-access.tsx'
import { ReferenceButton } from './reference-button.tsx'

export function RestAccessPage() {
  const access = useQuery(restAccessQuery)
  return (
    <Page
      title="REST API"
      crumbs={[{ label: 'Settings' }, { label: 'Integrations', to: '/settings/integrations' }]}
      action={
        <ReferenceButton
          href={access.data?.reference_url ?? '/api_docs'}
          rightSection={<IconExternalLink size={16} aria-hidden />}
        />
      }
    >
      <Loaded query={access} skeleton={<RestAccessSkeleton />}>
        {(known) => <KnownAccess access={known} />}
      </Loaded>
    </Page>
  )
}

function KnownAccess({ access }: { access: RestAccess }) {
  return (
    <Stack gap="lg">
      {access.may_manage ? <ManageAccess access={access} /> : <AskAnAdmin access={access} />}
      {access.support && (
        <Text size="sm">
          Something wrong? <SupportAddress address={access.support} />
        </Text>
      )}
    </Stack>
  )
}

function RestAccessSkeleton() {
  return (
    <Stack gap="lg">
      {[180, 200, 280].map((height) => (
        <Card key={height}>
          <Skeleton h={22} w={180} />
          <Skeleton h={36} />
          <Skeleton h={height - 84} w="60%" />
        </Card>
      ))}
    </Stack>
  )
}
