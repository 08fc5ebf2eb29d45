import { UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { formatDateTime } from '../format/times.ts'
import classes from './log.module.css'
import { useSignedIn } from './signed-in.tsx'

interface LogTableProps {
  caption: string
  columns: readonly string[]
  /** `LogRow`s. */
  children: ReactNode
}

/** What happened, newest first, in rows that open; on a phone every row becomes a card. */
export function LogTable({ caption, columns, children }: LogTableProps) {
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      {children}
    </table>
  )
}

interface LogRowProps {
  /** Names the details in the page, once. */
  id: string
  title: ReactNode
  /** The cells after the title: `td`s. */
  cells: ReactNode
  /** How many columns the table has. */
  columns: number
  /** Shown while the row is open. */
  children: ReactNode
}

export function LogRow({ id, title, cells, columns, children }: LogRowProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <tbody>
      <tr>
        <th scope="row">
          <UnstyledButton
            className={classes.opener}
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            onClick={() => setOpen(!isOpen)}
          >
            <IconChevronRight size={16} aria-hidden className={classes.chevron} />
            {title}
          </UnstyledButton>
        </th>
        {cells}
      </tr>
      {isOpen && (
        <tr id={id} className={classes.details}>
          <td colSpan={columns}>{children}</td>
        </tr>
      )}
    </tbody>
  )
}

/** The cell that says when, on the clock of the account. */
export function TimeCell({ at }: { at: string }) {
  const zone = useSignedIn().account.time_zone
  return (
    <td className={classes.whole}>
      <time dateTime={at}>{formatDateTime(at, zone)}</time>
    </td>
  )
}
