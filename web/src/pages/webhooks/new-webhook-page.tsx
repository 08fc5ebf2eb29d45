import { Group, Text } from '@mantine/core'
import { useState } from 'react'
import { addWebhook, revealSecret } from '../../api/webhooks.ts'
import { Card } from '../../shell/card.tsx'
import { ButtonLink } from '../../shell/links.tsx'
import { Page } from '../../shell/page.tsx'
import { SecretField } from '../../shell/secret-field.tsx'
import { ForAdmins, toWebhooks } from './for-admins.tsx'
import { GuideLink } from './guide-link.tsx'
import { maskedSecret } from './secret-card.tsx'
import { WebhookForm } from './webhook-form.tsx'

/** The secret lives in this state alone: it is gone with the page. */
export function NewWebhookPage() {
  const [added, setAdded] = useState<{ id: string; secret: string } | null>(null)
  return (
    <ForAdmins>
      {added ? (
        <Added id={added.id} firstSecret={added.secret} />
      ) : (
        <Page title="Add webhook" crumbs={toWebhooks}>
          <WebhookForm verb="Add webhook" send={addWebhook} onDone={setAdded} cancelTo={{ list: true }} />
        </Page>
      )}
    </ForAdmins>
  )
}

function Added({ id, firstSecret }: { id: string; firstSecret: string }) {
  const [secret, setSecret] = useState<string | null>(firstSecret)
  return (
    <Page title="Webhook added" crumbs={toWebhooks}>
      <Card
        title="Give this secret to your receiver"
        explanation="Every delivery is signed with it. A receiver that checks the signature takes nothing that is not from here."
      >
        <SecretField
          label="Signing secret"
          word="secret"
          masked={maskedSecret}
          secret={secret}
          reveal={() => revealSecret(id)}
          onSecret={setSecret}
          focusOnMount={false}
        />
        <Text size="sm">
          Keep it like a password. Later an admin who has signed in lately can show it again.
        </Text>
        <GuideLink guide="verify-webhooks">How to check the signature</GuideLink>
      </Card>
      <Group>
        <ButtonLink to="/settings/integrations/webhooks/$id" params={{ id }}>
          Open webhook
        </ButtonLink>
      </Group>
    </Page>
  )
}
