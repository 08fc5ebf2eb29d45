import { Button, Group, List, Skeleton, Stack, Text, Timeline } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type HistoryEntry, historyQuery } from '../../api/history.ts'
import { formatDateTime } from '../../format/times.ts'
import { Card } from '../../shell/card.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { humanise } from './humanise.ts'
import { Value } from './value.tsx'

/** What happened to a record, and who did it: the newest first. */
export function History({ resource, id }: { resource: string; id: string }) {
  const history = useInfiniteQuery(historyQuery(resource, id))
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = history
  return (
    <Card title="History">
      <Loaded query={history} skeleton={<Skeleton h={66} />}>
        {({ pages }) => (
          <Stack gap="md">
            <Timeline bulletSize={12} lineWidth={2}>
              {pages
                .flatMap(({ data }) => data)
                .map((entry) => (
                  <Timeline.Item key={entry.id} title={<Act entry={entry} />}>
                    <Entry entry={entry} />
                  </Timeline.Item>
                ))}
            </Timeline>
            {hasNextPage && (
              <Group>
                <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                  Show earlier changes
                </Button>
              </Group>
            )}
          </Stack>
        )}
      </Loaded>
    </Card>
  )
}

const acts = { created: 'Created', updated: 'Changed', deleted: 'Deleted', restored: 'Restored' }

function Act({ entry }: { entry: HistoryEntry }) {
  const { actor, action } = entry
  return (
    <Text size="sm" fw={500}>
      {acts[action]} by {actor.name ?? nameless[actor.kind]}
    </Text>
  )
}

const nameless = { user: 'somebody who left', key: 'a revoked API key', system: 'Latchkey' }

function Entry({ entry }: { entry: HistoryEntry }) {
  const zone = useSignedIn().account.time_zone
  return (
    <>
      <Text size="sm" c="dimmed">
        <time dateTime={entry.occurred_at}>{formatDateTime(entry.occurred_at, zone)}</time>
      </Text>
      <Changes entry={entry} />
    </>
  )
}

/** What a record was created with is what it shows; what was changed later is told with the value before. */
function Changes({ entry: { action, changed, stage } }: { entry: HistoryEntry }) {
  if (action !== 'updated') return null
  return (
    <List size="sm" listStyleType="none" spacing={2}>
      {stage && <List.Item>Stage: now {stage.name}</List.Item>}
      {Object.entries(changed)
        .filter(([name]) => !(stage && name === 'stage_id'))
        .map(([name, { from, to }]) => (
          <List.Item key={name} style={{ overflowWrap: 'anywhere' }}>
            {isIds(name) ? (
              `${humanise(shortName(name))}: changed`
            ) : (
              <>
                {humanise(shortName(name))}: <Value name={name} value={from} /> →{' '}
                <Value name={name} value={to} />
              </>
            )}
          </List.Item>
        ))}
    </List>
  )
}

/** Ids say nothing to people; what they name stands in the record. */
function isIds(name: string): boolean {
  return /_ids?$|_roles\.|^unit_version$|^external_ids$/.test(name)
}

/** `user_id` → `user`, `custom_fields.pet_policy` → `pet_policy`. */
function shortName(name: string): string {
  return name.replace(/^(custom_fields|\w+_roles)\./, '').replace(/_(ids?|version)$/, '')
}
