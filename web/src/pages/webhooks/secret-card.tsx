import { Group, Text } from '@mantine/core'
import { useState } from 'react'
import { revealSecret, type Webhook } from '../../api/webhooks.ts'
import { Card } from '../../shell/card.tsx'
import { SecretField } from '../../shell/secret-field.tsx'
import { maskedSecret } from './names.ts'
import { RotateSecret } from './rotate-secret.tsx'
import { VerifyLink } from './verify-link.tsx'

/** The whole secret lives in this state alone, and only once somebody asked for it. */
export function SecretCard({ webhook }: { webhook: Webhook }) {
  const [secret, setSecret] = useState<string | null>(null)
  return (
    <Card title="Secret">
      <SecretField
        label="Secret"
        noun="secret"
        masked={maskedSecret}
        secret={secret}
        onSecret={setSecret}
        reveal={() => revealSecret(webhook.id)}
        focusOnMount={false}
      />
      <Text size="sm" c="dimmed">
        The program checks with it that a message is from Latchkey and unchanged. <VerifyLink />
      </Text>
      <Group justify="flex-end">
        <RotateSecret webhook={webhook} onRotated={setSecret} />
      </Group>
    </Card>
  )
}
