import { Text } from '@mantine/core'
import type { AccessChoices, RestKey } from '../../api/rest-access.ts'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { expiryWords } from './expiry.ts'
import { KeyAccess } from './key-access.tsx'
import { everyScope, hasSameScopes } from './scopes.ts'

/** What the main key may do and how long, where somebody narrowed it; nothing as long as it is whole. */
export function NarrowedKey({ restKey, choices }: { restKey: RestKey; choices: AccessChoices }) {
  const zone = useSignedIn().account.time_zone
  const expiry = expiryWords(restKey.expires_at, zone)
  if (isWhole(restKey) && !expiry) return null
  return (
    <div>
      <Text size="sm" component="div">
        <KeyAccess restKey={restKey} choices={choices} />
      </Text>
      {expiry && (
        <Text size="sm" c="dimmed">
          {expiry}.
        </Text>
      )}
    </div>
  )
}

/** Whether a key may do everything, from everywhere. */
export function isWhole(key: RestKey): boolean {
  const isEverywhere = key.pipeline_ids === null && key.process_type_ids === null
  const isUnlimited = key.allowed_addresses.length === 0 && key.requests_per_minute === null
  return isEverywhere && isUnlimited && hasSameScopes(key.scopes, everyScope)
}
