import type { AccessChoices, RestKey } from '../../api/rest-access.ts'
import table from '../../shell/table.module.css'
import { KeyRow } from './key-row.tsx'

interface KeysTableProps {
  keys: RestKey[]
  choices: AccessChoices
  onRevoked: () => void
}

/** A table; on a phone every row becomes a card. */
export function KeysTable({ keys, choices, onRevoked }: KeysTableProps) {
  return (
    <table className={table.table}>
      <caption className={table.caption}>Keys for single integrations</caption>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">What it may do</th>
          <th scope="col">Requests in 30 days</th>
          <th scope="col">Last used</th>
          <th scope="col">Status</th>
          <td />
        </tr>
      </thead>
      {keys.map((restKey) => (
        <KeyRow key={restKey.id} restKey={restKey} choices={choices} onRevoked={onRevoked} />
      ))}
    </table>
  )
}
