import type { AuditEntry } from '../../api/audit-log.ts'
import classes from '../../shell/log.module.css'
import { LogRow, LogTable, TimeCell } from '../../shell/log-table.tsx'
import { EntryDetails } from './entry-details.tsx'

const columns = ['What', 'Who', 'When', 'From']

export function EntriesTable({ entries }: { entries: AuditEntry[] }) {
  return (
    <LogTable caption="Audit log, newest first" columns={columns}>
      {entries.map((entry) => (
        <LogRow
          key={entry.id}
          id={`entry-${entry.id}`}
          title={sentenceOf(entry)}
          columns={columns.length}
          cells={
            <>
              <td>{entry.user?.name ?? 'Latchkey'}</td>
              <TimeCell at={entry.created_at} />
              <td>{entry.address ?? <span className={classes.nothing}>–</span>}</td>
            </>
          }
        >
          <EntryDetails entry={entry} />
        </LogRow>
      ))}
    </LogTable>
  )
}

/** "Changed the role of a person: Ash Park"; who acts on themselves is named once. */
function sentenceOf({ summary, subject, user, details }: AuditEntry): string {
  const invited = typeof details.email === 'string' ? details.email : null
  const name = subject?.id === user?.id ? null : (subject?.name ?? invited)
  return name ? `${summary}: ${name}` : summary
}
