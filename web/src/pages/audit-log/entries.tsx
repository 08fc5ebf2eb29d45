import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type AuditFilter, auditLogQuery } from '../../api/audit-log.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { EntriesTable } from './entries-table.tsx'

interface EntriesProps {
  filter: AuditFilter
  isNarrowed: boolean
  onShowAll: () => void
}

export function Entries({ filter, isNarrowed, onShowAll }: EntriesProps) {
  const log = useInfiniteQuery(auditLogQuery(filter))
  return (
    <Card>
      <Loaded query={log} skeleton={<EntriesSkeleton />}>
        {({ pages }) => {
          const entries = pages.flatMap(({ data }) => data)
          if (entries.length === 0) return <NoEntries isNarrowed={isNarrowed} onShowAll={onShowAll} />
          return (
            <>
              <EntriesTable entries={entries} />
              {log.isFetchNextPageError && (
                <Text size="sm" c="red" role="alert">
                  Older entries could not be loaded. Try again.
                </Text>
              )}
              {log.hasNextPage && (
                <ActButton
                  variant="default"
                  loading={log.isFetchingNextPage}
                  onClick={() => log.fetchNextPage()}
                >
                  Show older entries
                </ActButton>
              )}
            </>
          )
        }}
      </Loaded>
    </Card>
  )
}

function NoEntries({ isNarrowed, onShowAll }: { isNarrowed: boolean; onShowAll: () => void }) {
  return (
    <Stack align="flex-start" gap="sm">
      <Text size="sm">
        {isNarrowed
          ? 'Nothing that matches these filters has happened.'
          : 'Nothing has happened yet. Sign-ins and changes of keys, webhooks and people will be listed here.'}
      </Text>
      {isNarrowed && (
        <Button variant="default" size="xs" onClick={onShowAll}>
          Show everything
        </Button>
      )}
    </Stack>
  )
}

function EntriesSkeleton() {
  return (
    <Stack gap="sm">
      {['head', 'first', 'second', 'third', 'fourth', 'fifth'].map((row) => (
        <Skeleton key={row} h={32} />
      ))}
    </Stack>
  )
}
