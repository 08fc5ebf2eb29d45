import { Anchor, Group, Skeleton, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { revealSandboxKey, type Sandbox, sandboxQuery } from '../../api/sandbox.ts'
import { switchAccount } from '../../api/session.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { AdminsOnly } from '../../shell/admins-only.tsx'
import { Card } from '../../shell/card.tsx'
import { ButtonLink } from '../../shell/links.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { Page } from '../../shell/page.tsx'
import { SecretField } from '../../shell/secret-field.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { CreateSandbox } from './create-sandbox.tsx'
import { ResetSandbox } from './reset-sandbox.tsx'
import { SandboxFacts } from './sandbox-facts.tsx'

const crumbs = [{ label: 'Settings' }, { label: 'Integrations', to: '/settings/integrations' as const }]

export function SandboxPage() {
  const access = useQuery(sandboxQuery)
  return (
    <Page title="Sandbox" crumbs={crumbs}>
      <Loaded query={access} skeleton={<SandboxSkeleton />}>
        {({ may_manage, sandbox }) => {
          if (sandbox) return <Known sandbox={sandbox} mayManage={may_manage} />
          if (may_manage) return <CreateSandbox />
          return (
            <AdminsOnly
              title="Your company has no sandbox"
              explanation="A sandbox is an account of its own to test integrations in. Only account admins can create one."
            />
          )
        }}
      </Loaded>
    </Page>
  )
}

function Known({ sandbox, mayManage }: { sandbox: Sandbox; mayManage: boolean }) {
  const { account } = useSignedIn()
  const isOpen = account.id === sandbox.account_id
  const opening = useMutation({
    mutationFn: () => switchAccount(sandbox.account_id),
    // A fresh load, so that nothing of the other account stays on the page.
    onSuccess: () => window.location.assign('/outbox'),
  })
  return (
    <>
      <SandboxFacts sandbox={sandbox}>
        <Group gap="sm">
          {isOpen ? (
            <ButtonLink to="/outbox">Open outbox</ButtonLink>
          ) : (
            <ActButton loading={opening.isPending} onClick={() => opening.mutate()}>
              Open sandbox
            </ActButton>
          )}
          {mayManage && <ResetSandbox sandbox={sandbox} />}
        </Group>
      </SandboxFacts>
      {mayManage && <TestKey sandbox={sandbox} />}
    </>
  )
}

function TestKey({ sandbox }: { sandbox: Sandbox }) {
  const [secret, setSecret] = useState<string | null>(null)
  const { key, base_url } = sandbox
  if (!key) {
    return (
      <Card title="Test key">
        <Text size="sm">
          REST API access of the sandbox is off. Open the sandbox and turn it on there, under Settings ›
          Integrations › REST API.
        </Text>
      </Card>
    )
  }
  return (
    <Card
      title="Test key"
      explanation="Give it to an integration in place of the live key. It opens the sandbox, and never your real data."
    >
      <SecretField
        label="Test key"
        word="key"
        masked={key.masked}
        // Somebody may have rotated it meanwhile: an outdated key is not shown on.
        secret={secret?.endsWith(key.last_four) ? secret : null}
        reveal={revealSandboxKey}
        onSecret={setSecret}
        focusOnMount={false}
      />
      <Text size="sm" c="dimmed">
        The address is the same as live: {base_url}.{' '}
        <Anchor href="/api_docs/guides/sandbox" target="_blank" rel="noreferrer" inherit underline="always">
          How to test an integration
        </Anchor>
      </Text>
    </Card>
  )
}

function SandboxSkeleton() {
  return (
    <Card>
      <Skeleton h={22} w={130} />
      <Skeleton h={120} />
      <Skeleton h={36} w={240} />
    </Card>
  )
}
