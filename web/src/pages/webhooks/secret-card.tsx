import { Group } from '@mantine/core'
import { useState } from 'react'
import { revealSecret } from '../../api/webhooks.ts'
import { Card } from '../../shell/card.tsx'
import { SecretField } from '../../shell/secret-field.tsx'
import { GuideLink } from './guide-link.tsx'
import { RotateSecret } from './rotate-secret.tsx'

export const maskedSecret = `whsec_${'•'.repeat(20)}`

export function SecretCard({ webhookId }: { webhookId: string }) {
  const [secret, setSecret] = useState<string | null>(null)
  return (
    <Card
      title="Signing secret"
      explanation="Every delivery is signed with it, so that the receiver knows that it is from here."
    >
      <SecretField
        label="Signing secret"
        word="secret"
        masked={maskedSecret}
        secret={secret}
        reveal={() => revealSecret(webhookId)}
        onSecret={setSecret}
        focusOnMount={false}
      />
      <Group justify="space-between">
        <GuideLink guide="verify-webhooks">How to check the signature</GuideLink>
        <RotateSecret webhookId={webhookId} onRotated={setSecret} />
      </Group>
    </Card>
  )
}
