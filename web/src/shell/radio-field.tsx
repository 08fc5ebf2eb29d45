import { Radio, Stack } from '@mantine/core'
import type { ReactNode } from 'react'

interface RadioFieldProps {
  label: string
  description?: ReactNode
  options: readonly { value: string; label: string; description?: string | undefined }[]
  value?: string
  onChange: (value: string) => void
  error?: ReactNode
  /** Where a form looks for its field. */
  'data-path'?: string
}

/** One choice out of a few that are all in sight. */
export function RadioField({ options, 'data-path': path, ...group }: RadioFieldProps) {
  return (
    <Radio.Group errorProps={{ mt: 'xs' }} {...group}>
      <Stack gap="xs" mt="xs">
        {options.map(({ value, label, description }, at) => (
          <Radio
            key={value}
            value={value}
            label={label}
            description={description}
            // The group itself cannot take the focus.
            {...(at === 0 && path ? { 'data-path': path } : {})}
          />
        ))}
      </Stack>
    </Radio.Group>
  )
}
