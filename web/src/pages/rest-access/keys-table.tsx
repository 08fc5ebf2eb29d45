import type { AccessChoices, RestKey } from '../../api/rest-access.ts'
import table from '../../shell/table.module.css'
import { KeyRow } from './key-row.tsx'
import classes from './keys-table.module.css'

interface KeysTableProps {
  keys: RestKey[]
  choices: AccessChoices
  onRevoked: () => void
}

/** A table; on a phone every row becomes a card. */
export function KeysTable({ keys, choices, onRevoked }: KeysTableProps) {
  return (
    <table className={`${table.table} ${classes.table}`}>
      <caption className={table.caption}>Keys for single integrations</caption>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col" className={classes.access}>
            What it may do
          </th>
          <th scope="col">Requests in 30 days</th>
          <th scope="col" className={classes.status}>
            Status
          </th>
          <td className={classes.acts} />
        </tr>
      </thead>
      {keys.map((restKey) => (
        <KeyRow key={restKey.id} restKey={restKey} choices={choices} onRevoked={onRevoked} />
      ))}
    </table>
  )
}
