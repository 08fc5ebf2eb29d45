import { List, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { RestKey } from '../../api/rest-access.ts'
import { formatDateTime } from '../../format/times.ts'
import { Confirmation } from '../../shell/confirmation.tsx'
import { RadioField } from '../../shell/radio-field.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { tell } from '../../shell/toasts.ts'
import { keyInWords } from './key-name.ts'

interface RotateDialogProps {
  restKey: RestKey
  opened: boolean
  onClose: () => void
  /** Resolves with the new key. */
  rotate: (previousWorksForSeconds: number) => Promise<string>
  onRotated: (secret: string) => void
}

const atOnce = '0'
const choices = [
  {
    value: atOnce,
    label: 'Now',
    description: 'Right for a key that may have been exposed.',
  },
  {
    value: '3600',
    label: 'In 1 hour',
    description: 'Both keys work for an hour, so that integrations can be updated without a pause.',
  },
  { value: '86400', label: 'In 24 hours', description: 'The same, with a day for it.' },
]

/** Asks when the current key is to end, and says what that means. */
export function RotateDialog({ restKey, opened, onClose, rotate, onRotated }: RotateDialogProps) {
  const [overlap, setOverlap] = useState(atOnce)
  const rotating = useMutation({
    mutationFn: () => rotate(Number(overlap)),
    onSuccess(secret) {
      onClose()
      onRotated(secret)
      tell(
        restKey.is_main
          ? 'API key rotated. Copy the new key to your integrations.'
          : 'Key rotated. Copy the new one to its integration.',
      )
    },
  })
  return (
    <Confirmation
      opened={opened}
      title={`Rotate ${keyInWords(restKey)}?`}
      verb="Rotate key"
      pending={rotating.isPending}
      onConfirm={() => rotating.mutate()}
      onClose={onClose}
      onClosed={() => setOverlap(atOnce)}
    >
      <Stack gap="md">
        <RadioField
          label="When the current key stops working"
          description="The new key works at once."
          options={choices}
          value={overlap}
          onChange={setOverlap}
        />
        <Consequences restKey={restKey} overlapMs={Number(overlap) * 1000} />
      </Stack>
    </Confirmation>
  )
}

function Consequences({ restKey, overlapMs }: { restKey: RestKey; overlapMs: number }) {
  const zone = useSignedIn().account.time_zone
  const until = formatDateTime(new Date(Date.now() + overlapMs).toISOString(), zone)
  return (
    <List size="sm" spacing={4} aria-live="polite">
      <List.Item>
        {overlapMs === 0
          ? 'The current key stops working immediately.'
          : `The current key works until ${until}, then it ends by itself.`}
      </List.Item>
      <List.Item>
        {overlapMs === 0
          ? 'Every integration that uses it fails until it is updated.'
          : 'Every integration that is not updated by then fails.'}
      </List.Item>
      {isOverlapping(restKey) && (
        <List.Item>The key before the current one, which still works, ends now.</List.Item>
      )}
      <List.Item>This cannot be undone.</List.Item>
    </List>
  )
}

function isOverlapping({ previous_works_until: until }: RestKey): boolean {
  return until !== null && Date.parse(until) > Date.now()
}
