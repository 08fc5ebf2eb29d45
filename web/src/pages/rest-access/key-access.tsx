import { Text } from '@mantine/core'
import type { AccessChoices, RestKey } from '../../api/rest-access.ts'
import { accessWords, limitWords } from './access-words.ts'

/** What a key may do, and what narrows it, in plain words. */
export function KeyAccess({ restKey, choices }: { restKey: RestKey; choices: AccessChoices }) {
  const limits = limitWords(restKey)
  return (
    <>
      {accessWords(restKey, choices).join(' ')}
      {limits.length > 0 && (
        <Text size="sm" c="dimmed">
          {limits.join(' ')}
        </Text>
      )}
    </>
  )
}
