import { UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import type { AuditEntry } from '../../api/audit-log.ts'
import { formatDateTime } from '../../format/times.ts'
import classes from '../../shell/log.module.css'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { EntryDetails } from './entry-details.tsx'

/** A table, newest first, whose rows open; on a phone every row becomes a card. */
export function EntriesTable({ entries }: { entries: AuditEntry[] }) {
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>Audit log, newest first</caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Who</th>
          <th scope="col">When</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} />
      ))}
    </table>
  )
}

function Entry({ entry }: { entry: AuditEntry }) {
  const zone = useSignedIn().account.time_zone
  const [isOpen, setOpen] = useState(false)
  const detailsId = `entry-${entry.id}`
  return (
    <tbody>
      <tr>
        <th scope="row">
          <UnstyledButton
            className={classes.opener}
            aria-expanded={isOpen}
            aria-controls={isOpen ? detailsId : undefined}
            onClick={() => setOpen(!isOpen)}
          >
            <IconChevronRight size={16} aria-hidden className={classes.chevron} />
            {sentenceOf(entry)}
          </UnstyledButton>
        </th>
        <td>{entry.user?.name ?? 'Latchkey'}</td>
        <td className={classes.whole}>
          <time dateTime={entry.created_at}>{formatDateTime(entry.created_at, zone)}</time>
        </td>
        <td>{entry.address ?? '–'}</td>
      </tr>
      {isOpen && (
        <tr id={detailsId} className={classes.details}>
          <td colSpan={4}>
            <EntryDetails entry={entry} />
          </td>
        </tr>
      )}
    </tbody>
  )
}

/** "Changed the role of a person: Ash Park"; who acts on themselves is named once. */
function sentenceOf({ summary, subject, user, details }: AuditEntry): string {
  const invited = typeof details.email === 'string' ? details.email : null
  const name = subject?.id === user?.id ? null : (subject?.name ?? invited)
  return name ? `${summary}: ${name}` : summary
}
