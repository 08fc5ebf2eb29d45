import { Button, NativeSelect, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { eventTypesQuery } from '../../api/choices.ts'
import classes from '../../shell/log.module.css'
import { filterIn, type Shown, statusWords } from './shown.ts'

/** Narrows the deliveries; what is chosen stands in the address of the page. */
export function DeliveryFilters({ shown, onChange }: { shown: Shown; onChange: (next: Shown) => void }) {
  const types = useQuery(eventTypesQuery)
  const known = ['webhook.test', ...(types.data ?? []).map(({ name }) => name)]
  const names = shown.type && !known.includes(shown.type) ? [...known, shown.type] : known
  const set = (name: keyof Shown) => (event: { currentTarget: { value: string } }) =>
    onChange(filterIn({ ...shown, [name]: event.currentTarget.value }))
  return (
    <search className={classes.filters} aria-label="Deliveries">
      <NativeSelect
        label="Status"
        value={shown.status ?? ''}
        onChange={set('status')}
        data={[
          { value: '', label: 'All' },
          ...Object.entries(statusWords).map(([value, label]) => ({ value, label })),
        ]}
      />
      <Select
        label="Event"
        placeholder="All"
        searchable
        clearable
        data={names}
        value={shown.type ?? null}
        onChange={(type) => onChange(filterIn({ ...shown, type }))}
        nothingFoundMessage="No event has this name"
        clearButtonProps={{ 'aria-label': 'All events' }}
      />
      <TextInput type="date" label="From" value={shown.from ?? ''} onChange={set('from')} max={shown.to} />
      <TextInput type="date" label="To" value={shown.to ?? ''} onChange={set('to')} min={shown.from} />
      {Object.keys(shown).length > 0 && (
        <Button variant="subtle" onClick={() => onChange({})}>
          Clear filters
        </Button>
      )}
    </search>
  )
}
