import { PlacesSelect } from '../../shell/places-select.tsx'
import { RadioField } from '../../shell/radio-field.tsx'
import type { KeyFormState } from './key-values.ts'

interface PlacesFieldProps {
  form: KeyFormState
  field: 'pipelines' | 'process_types'
  idsField: 'pipeline_ids' | 'process_type_ids'
  label: string
  /** `pipeline` */
  one: string
  description: string
  places: readonly { id: string; name: string }[]
}

/** All places of a kind, chosen ones, or none. */
export function PlacesField({ form, field, idsField, label, one, description, places }: PlacesFieldProps) {
  const many = label.toLowerCase()
  return (
    <>
      <RadioField
        label={label}
        description={description}
        options={[
          { value: 'all', label: `All ${many}`, description: 'Also those that are made later.' },
          { value: 'chosen', label: `Chosen ${many}` },
          { value: 'none', label: 'None' },
        ]}
        {...form.getInputProps(field)}
      />
      {form.values[field] === 'chosen' && (
        <PlacesSelect
          label={`Which ${many}`}
          places={places}
          nothingFoundMessage={places.length === 0 ? `There is no ${one} yet` : `No ${one} has this name`}
          maw={560}
          {...form.getInputProps(idsField)}
        />
      )}
    </>
  )
}
