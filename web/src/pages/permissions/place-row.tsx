import { Button, Checkbox } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Right } from '../../api/permissions.ts'
import { toggled } from './places.ts'
import classes from './places-table.module.css'

interface PlaceRowProps {
  name: string
  description?: string
  rights: Right[] | null
  /** What can be ticked, in words. */
  words: [Right, string][]
  /** What it is opened with. */
  usual: Right[]
  onChange: (rights: Right[] | null) => void
  /** Lets it go by the rules of the others again. */
  onRemove?: () => void
}

/** What may be done in one pipeline or process type, or in all that have no row of their own. */
export function PlaceRow(props: PlaceRowProps) {
  const { name, description, rights, words, usual, onChange, onRemove } = props
  const known = words.map(([right]) => right)
  const box = (label: string, box: { checked: boolean; disabled?: boolean; onChange: () => void }) => (
    <Checkbox label={label} aria-label={`${label}: ${name}`} {...box} />
  )
  return (
    <tr>
      <th scope="row">
        <div className={classes.name}>{name}</div>
        {description && <div className={classes.description}>{description}</div>}
        {onRemove && (
          <Button
            variant="subtle"
            size="compact-xs"
            fw={500}
            ml={-8}
            onClick={onRemove}
            aria-label={`Treat like the others: ${name}`}
          >
            Treat like the others
          </Button>
        )}
      </th>
      <Box>{box('Open', { checked: rights !== null, onChange: () => onChange(rights ? null : usual) })}</Box>
      {words.map(([right, word]) => (
        <Box key={right}>
          {box(word, {
            checked: rights?.includes(right) === true,
            disabled: rights === null,
            onChange: () => onChange(toggled(rights ?? [], right, known)),
          })}
        </Box>
      ))}
    </tr>
  )
}

function Box({ children }: { children: ReactNode }) {
  return <td className={classes.box}>{children}</td>
}
