import { Text } from '@mantine/core'
import { type AccessChoices, type RestKey, revealKey } from '../../api/rest-access.ts'
import { Card } from '../../shell/card.tsx'
import { SecretField } from '../../shell/secret-field.tsx'
import { KeyButtons } from './key-buttons.tsx'
import { KeyDates } from './key-dates.tsx'
import { KeyTrouble } from './key-trouble.tsx'
import { isWhole, NarrowedKey } from './narrowed-key.tsx'
import { PreviousKey } from './previous-key.tsx'

interface KeyCardProps {
  restKey: RestKey
  choices: AccessChoices
  /** The whole key, after somebody asked for it. */
  secret: string | null
  onSecret: (secret: string | null) => void
  focusField: boolean
}

export function KeyCard({ restKey, choices, secret, onSecret, focusField }: KeyCardProps) {
  return (
    <Card title="Your REST API key">
      <KeyTrouble restKey={restKey} />
      <SecretField
        label="API key"
        word="key"
        masked={restKey.masked}
        secret={secret}
        reveal={revealKey}
        onSecret={onSecret}
        focusOnMount={focusField}
      />
      <KeyDates restKey={restKey} />
      <PreviousKey restKey={restKey} />
      <NarrowedKey restKey={restKey} choices={choices} />
      <div>
        <Text size="sm" fw={600}>
          {isWhole(restKey)
            ? "Keep it private: anyone with this key can read and change your account's data."
            : 'Keep it private: anyone who has it can do this.'}
        </Text>
        <Text size="sm" c="dimmed" mt={4}>
          Rotate it as soon as it may have been shared, exposed or committed to source control.
        </Text>
      </div>
      <KeyButtons restKey={restKey} onRotated={onSecret} />
    </Card>
  )
}
