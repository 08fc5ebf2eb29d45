import { type ComboboxItem, MultiSelect, type MultiSelectProps } from '@mantine/core'

interface PlacesSelectProps
  extends Omit<MultiSelectProps, 'data' | 'value' | 'defaultValue' | 'onChange' | 'renderOption'> {
  places: readonly { id: string; name: string }[]
  value?: string[]
  onChange: (ids: string[]) => void
}

/** Some of the account's pipelines, stages or the like. */
export function PlacesSelect({ places, value = [], ...field }: PlacesSelectProps) {
  return <MultiSelect searchable hidePickedOptions data={withGone(places, value)} value={value} {...field} />
}

/** What was chosen and is not there any more keeps its place until somebody takes it out. */
function withGone(places: PlacesSelectProps['places'], chosen: readonly string[]): ComboboxItem[] {
  const gone = chosen.filter((id) => !places.some((place) => place.id === id))
  return [
    ...places.map(({ id, name }) => ({ value: id, label: name })),
    ...gone.map((id) => ({ value: id, label: 'Deleted' })),
  ]
}
