import { NativeSelect, Skeleton, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type CapturedMessage, outboxQuery } from '../../api/sandbox.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { ButtonLink } from '../../shell/links.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import classes from '../../shell/log.module.css'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { MessagesTable } from './messages-table.tsx'
import { isKind, kindNames } from './shown.ts'

/** What the sandbox would have sent. */
export function OutboxPage() {
  const { account } = useSignedIn()
  return <Page title="Outbox">{account.sandbox_of ? <Outbox /> : <OfSandboxes />}</Page>
}

/** Whoever comes here by an old address, with the live account open. */
function OfSandboxes() {
  return (
    <Card title="Only a sandbox has an outbox">
      <Text size="sm">
        In this account e-mails, texts and webhooks are sent. A sandbox captures them instead.
      </Text>
      <div>
        <ButtonLink to="/settings/integrations/sandbox">Go to the sandbox</ButtonLink>
      </div>
    </Card>
  )
}

function Outbox() {
  const { kind } = useSearch({ from: '/shell/outbox' })
  const navigate = useNavigate({ from: '/outbox' })
  const outbox = useInfiniteQuery(outboxQuery(kind))
  return (
    <>
      <Text size="sm" c="dimmed">
        Everything that this sandbox would have sent. New messages appear by themselves.
      </Text>
      <search className={classes.filters}>
        <NativeSelect
          label="Kind"
          value={kind ?? ''}
          onChange={({ currentTarget: { value } }) =>
            navigate({ search: isKind(value) ? { kind: value } : {}, resetScroll: false })
          }
          data={[
            { value: '', label: 'All' },
            ...Object.entries(kindNames).map(([value, { plural }]) => ({ value, label: plural })),
          ]}
        />
      </search>
      <Card>
        <Loaded query={outbox} skeleton={<OutboxSkeleton />}>
          {({ pages }) => {
            const messages = pages.flatMap(({ data }) => data)
            if (messages.length === 0) return <NoMessages kind={kind} />
            return (
              <>
                <MessagesTable messages={messages} />
                {outbox.hasNextPage && (
                  <ActButton
                    variant="default"
                    loading={outbox.isFetchingNextPage}
                    onClick={() => outbox.fetchNextPage()}
                  >
                    Show older messages
                  </ActButton>
                )}
              </>
            )
          }}
        </Loaded>
      </Card>
    </>
  )
}

function NoMessages({ kind }: { kind: CapturedMessage['kind'] | undefined }) {
  return (
    <Stack gap="sm" maw={560}>
      <Text size="sm">
        {kind
          ? `No ${kindNames[kind].plural.toLowerCase()} have been captured.`
          : 'Nothing has been captured yet.'}
      </Text>
      <Text size="sm">
        Create an e-mail or a text by the API with the test key, or add a webhook and change something: what
        would have been sent appears here.
      </Text>
    </Stack>
  )
}

function OutboxSkeleton() {
  return (
    <Stack gap="sm">
      {['head', 'first', 'second', 'third'].map((row) => (
        <Skeleton key={row} h={32} />
      ))}
    </Stack>
  )
}
