import { Group, Text } from '@mantine/core'
import { useState } from 'react'
import { createWebhook, type Webhook } from '../../api/webhooks.ts'
import { AdminsOnly } from '../../shell/admins-only.tsx'
import { Card } from '../../shell/card.tsx'
import { ButtonLink } from '../../shell/links.tsx'
import { Page } from '../../shell/page.tsx'
import { SecretField } from '../../shell/secret-field.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { FormParts } from './form-parts.tsx'
import { onlyAdmins, webhooks } from './frame.ts'
import { maskedSecret } from './names.ts'
import { VerifyLink } from './verify-link.tsx'
import { WebhookForm } from './webhook-form.tsx'

interface Made {
  webhook: Webhook
  secret: string
}

export function NewWebhookPage() {
  const isAdmin = useSignedIn().role === 'admin'
  const [made, setMade] = useState<Made | null>(null)
  return (
    <Page title={made ? 'Webhook added' : 'Add a webhook'} crumbs={webhooks}>
      {!isAdmin && <AdminsOnly {...onlyAdmins} />}
      {isAdmin && made && <MadeCard {...made} />}
      {isAdmin && !made && (
        <FormParts>
          {(parts) => (
            <WebhookForm
              {...parts}
              verb="Add webhook"
              send={createWebhook}
              onDone={setMade}
              cancel={
                <ButtonLink to="/settings/integrations/webhooks" variant="default">
                  Cancel
                </ButtonLink>
              }
            />
          )}
        </FormParts>
      )}
    </Page>
  )
}

/** The whole secret lives in this state alone. */
function MadeCard({ webhook, secret: made }: Made) {
  const [secret, setSecret] = useState<string | null>(made)
  return (
    <Card title="Keep its secret">
      <Text size="sm" maw={620}>
        Every message to {webhook.target_url} is signed with this secret. Copy it to the program that receives
        them, so that it can tell them from those of strangers. <VerifyLink />
      </Text>
      <SecretField
        label="Secret"
        noun="secret"
        masked={maskedSecret}
        secret={secret}
        onSecret={setSecret}
        reveal={async () => made}
        focusOnMount
      />
      <Group>
        <ButtonLink to="/settings/integrations/webhooks/$id" params={{ id: webhook.id }}>
          Open the webhook
        </ButtonLink>
      </Group>
    </Card>
  )
}
