import { Text, TextInput } from '@mantine/core'
import type { RestKey } from '../../api/rest-access.ts'
import { formatDate } from '../../format/times.ts'
import { RadioField } from '../../shell/radio-field.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { dayIn, expiryWords } from '../rest-access/expiry.ts'
import type { KeyFormState } from './key-values.ts'

/** How long the key works. A new one has no choice made for it. */
export function ExpiryField({ form, existing }: { form: KeyFormState; existing?: RestKey | undefined }) {
  const zone = useSignedIn().account.time_zone
  const kept = expiryWords(existing?.expires_at ?? null, zone)
  return (
    <>
      <RadioField
        label="Expiry"
        description="A key that expires does no harm when it is forgotten. Admins get a mail 14 and 3 days before, and when it ends."
        options={[
          ...(kept ? [{ value: 'kept', label: 'As it is', description: kept }] : []),
          { value: 'never', label: 'Never', description: 'It works until somebody ends it.' },
          ...['30', '90', '365'].map((days) => ({
            value: days,
            label: `${days} days`,
            description: `Until the end of ${formatDate(dayIn(Number(days), zone), 'UTC')}`,
          })),
          { value: 'date', label: 'On a date' },
        ]}
        {...form.getInputProps('expires')}
      />
      {form.values.expires === 'date' && (
        <TextInput
          type="date"
          label="Last day"
          description="The key works to the end of it."
          min={dayIn(0, zone)}
          maw={220}
          {...form.getInputProps('expires_on')}
        />
      )}
      {form.values.expires !== '' && form.values.expires !== 'never' && (
        <Text size="sm" c="dimmed">
          After that, requests are refused with the error key_expired. The key stays here and can be extended.
        </Text>
      )}
    </>
  )
}
