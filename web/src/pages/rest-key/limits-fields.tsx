import { Code, NumberInput, Text, Textarea } from '@mantine/core'
import type { ManagedRestAccess, RestKey } from '../../api/rest-access.ts'
import type { KeyFormState } from './key-values.ts'

interface LimitsFieldsProps {
  form: KeyFormState
  access: ManagedRestAccess
  existing?: RestKey | undefined
}

/** From where and how often. */
export function LimitsFields({ form, access, existing }: LimitsFieldsProps) {
  const { your_address: yours, settings } = access
  return (
    <>
      <div>
        <Textarea
          label="Allowed addresses"
          description="Optional. One a line: an address such as 203.0.113.7 or 2001:db8::7, or a range such as 203.0.113.0/24. Empty lets the key be used from anywhere."
          autosize
          minRows={2}
          maxRows={10}
          maw={560}
          spellCheck={false}
          {...form.getInputProps('allowed_addresses')}
        />
        <Text size="sm" c="dimmed" mt={6} maw={560}>
          {yours && `You are at ${yours} now. `}A program at any other address is refused. If that locks out
          what must work, change the list here, or let whoever runs the server lift it:{' '}
          <Code>npx latchkey key-access {existing?.last_four ?? 'LAST_FOUR'} --from-anywhere</Code>
        </Text>
      </div>
      <NumberInput
        label="Requests per minute"
        description={`Optional. Of this key alone. Empty leaves only what the account has for all its keys together: ${settings.requests_per_minute.toLocaleString('en-US')}.`}
        min={1}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        thousandSeparator=","
        clampBehavior="none"
        maw={560}
        {...form.getInputProps('requests_per_minute')}
      />
    </>
  )
}
