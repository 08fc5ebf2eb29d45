import { Group, Text } from '@mantine/core'
import { useState } from 'react'
import { createKey, type MadeKey, revealNamedKey } from '../../api/rest-keys.ts'
import { Card } from '../../shell/card.tsx'
import { ButtonLink } from '../../shell/links.tsx'
import { SecretField } from '../../shell/secret-field.tsx'
import { KeyForm } from './key-form.tsx'
import { KeyFrame } from './key-frame.tsx'

/** The whole key lives in this state alone: it is gone with the page. */
export function NewKeyPage() {
  const [made, setMade] = useState<MadeKey | null>(null)
  return (
    // The key of the frame moves the focus to the heading, as another page would.
    <KeyFrame key={made?.key.id ?? 'form'} title={made ? 'Key created' : 'Create a key'}>
      {(access) =>
        made ? (
          <Made made={made} />
        ) : (
          <KeyForm access={access} verb="Create key" send={createKey} onDone={setMade} />
        )
      }
    </KeyFrame>
  )
}

function Made({ made: { key, secret: first } }: { made: MadeKey }) {
  const [secret, setSecret] = useState<string | null>(first)
  return (
    <Card title={key.name} explanation="It works from now on. Copy it to the program that uses it.">
      <SecretField
        label={`Key of ${key.name}`}
        word="key"
        masked={key.masked}
        secret={secret}
        reveal={() => revealNamedKey(key.id)}
        onSecret={setSecret}
        focusOnMount={false}
      />
      <Text size="sm">
        Keep it like a password. Later an admin who has signed in lately can copy it again.
      </Text>
      <Group>
        <ButtonLink to="/settings/integrations/rest-api" replace variant="default">
          Done
        </ButtonLink>
      </Group>
    </Card>
  )
}
