import { Radio, Stack } from '@mantine/core'
import type { Filling } from '../../api/sandbox.ts'

/** In the words of the page: what each filling is. */
export const fillingNames: Record<Filling, [name: string, explanation: string]> = {
  set_up: [
    'A copy of your set-up',
    'Pipelines, process types, custom fields and tags as they are now, with the same ids. No records.',
  ],
  demo: ['Demo data', 'An invented company with two years of leads, properties and processes.'],
  empty: ['Nothing', 'An empty account.'],
}

interface FillingFieldProps {
  value: Filling
  onChange: (filling: Filling) => void
  disabled: boolean
}

export function FillingField({ value, onChange, disabled }: FillingFieldProps) {
  return (
    <Radio.Group label="Fill it with" value={value} onChange={(filling) => onChange(filling as Filling)}>
      <Stack gap="sm" mt="xs">
        {Object.entries(fillingNames).map(([filling, [name, explanation]]) => (
          <Radio key={filling} value={filling} label={name} description={explanation} disabled={disabled} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
