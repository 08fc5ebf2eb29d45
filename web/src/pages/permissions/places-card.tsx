import { Select } from '@mantine/core'
import { useRef } from 'react'
import type { PermissionsChoices, PermissionsOfPlaces, PlaceKind, Right } from '../../api/permissions.ts'
import { Card } from '../../shell/card.tsx'
import { PlaceRow } from './place-row.tsx'
import { placeWords } from './place-words.ts'
import { rightsIn, type Which, withoutOwn, withRights } from './places.ts'
import classes from './places-table.module.css'

interface PlacesCardProps {
  kind: PlaceKind
  choices: PermissionsChoices
  value: PermissionsOfPlaces
  onChange: (places: PermissionsOfPlaces) => void
}

/** The pipelines or the process types: a row for all, and one for each that has rules of its own. */
export function PlacesCard({ kind, choices, value, onChange }: PlacesCardProps) {
  const { title, explanation, one, rights } = placeWords[kind]
  const words = choices.rights[kind].map((right): [Right, string] => [right, rights[right] ?? right])
  const usual = choices.usual[kind].others ?? []
  const apart = choices[kind].filter(({ id }) => id in value.named)
  const alike = choices[kind].filter(({ id }) => !(id in value.named))
  const table = useRef<HTMLTableElement>(null)
  const rowOf = (which: Which) => ({
    rights: rightsIn(value, which),
    words,
    usual,
    onChange: (given: Right[] | null) => onChange(withRights(value, which, given)),
  })
  return (
    <Card title={title} explanation={explanation}>
      <div className={classes.frame}>
        <table className={classes.table} ref={table}>
          <caption className={classes.caption}>{title}</caption>
          <thead>
            <tr>
              <td />
              {['Open', ...words.map(([, word]) => word)].map((word) => (
                <th key={word} scope="col">
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <PlaceRow
              name={apart.length > 0 ? `Every other ${one}` : `Every ${one}`}
              description="Also those that are made later."
              {...rowOf(null)}
            />
            {apart.map(({ id, name }) => (
              <PlaceRow key={id} name={name} onRemove={() => letGo(id)} {...rowOf(id)} />
            ))}
          </tbody>
        </table>
      </div>
      {choices[kind].length > 0 && (
        <Select
          label={`Give one ${one} its own rights`}
          description="It gets a row above, which begins with the same ticks."
          placeholder={`Choose a ${one}`}
          data={alike.map(({ id, name }) => ({ value: id, label: name }))}
          searchable
          nothingFoundMessage={alike.length > 0 ? `No ${one} has this name` : `Every ${one} has a row`}
          maw={420}
          value={null}
          onChange={(id) => id && onChange(withRights(value, id, value.others))}
        />
      )}
    </Card>
  )
  /** The button that did it goes away with its row. */
  function letGo(id: string) {
    onChange(withoutOwn(value, id))
    table.current?.querySelector('input')?.focus()
  }
}
