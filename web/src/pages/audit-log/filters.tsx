import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { everybodyQuery } from '../../api/audit-log.ts'
import classes from '../../shell/log.module.css'
import { filterIn, kindNames, type Shown } from './shown.ts'

/** Narrows the log; what is chosen stands in the address of the page. */
export function Filters({ shown, onChange }: { shown: Shown; onChange: (next: Shown) => void }) {
  const everybody = useQuery(everybodyQuery)
  const people = (everybody.data ?? []).map(({ id, name }) => ({ value: id, label: name }))
  const set = (name: keyof Shown) => (event: { currentTarget: { value: string } }) =>
    onChange(filterIn({ ...shown, [name]: event.currentTarget.value }))
  return (
    <search className={classes.filters}>
      <NativeSelect
        label="Kind of act"
        value={shown.kind ?? ''}
        onChange={set('kind')}
        data={[
          { value: '', label: 'All' },
          ...Object.entries(kindNames).map(([value, label]) => ({ value, label })),
        ]}
      />
      <NativeSelect
        label="Person"
        value={shown.person ?? ''}
        onChange={set('person')}
        data={[{ value: '', label: 'Everybody' }, ...people]}
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
