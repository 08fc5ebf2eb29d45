import type { AccessChoices } from '../../api/rest-access.ts'
import { RadioField } from '../../shell/radio-field.tsx'
import { AreasTable } from './areas-table.tsx'
import type { KeyFormState } from './key-values.ts'

const options = [
  {
    value: 'everything',
    label: 'Everything',
    description: 'Reads, changes and deletes, also what later versions of Latchkey bring.',
  },
  {
    value: 'read_only',
    label: 'Read only',
    description: 'Reads everything, also what later versions bring, and changes nothing.',
  },
  { value: 'chosen', label: 'Chosen by area', description: 'What you tick, and nothing else.' },
]

/** All, reading alone, or what is ticked by area. */
export function AccessField({ form, areas }: { form: KeyFormState; areas: AccessChoices['areas'] }) {
  return (
    <>
      <RadioField label="Access" options={options} {...form.getInputProps('access')} />
      {form.values.access === 'chosen' && (
        <AreasTable
          areas={areas}
          scopes={form.values.scopes}
          error={form.errors.scopes}
          onChange={(scopes) => {
            form.setFieldValue('scopes', scopes)
            form.clearFieldError('scopes')
          }}
        />
      )}
    </>
  )
}
