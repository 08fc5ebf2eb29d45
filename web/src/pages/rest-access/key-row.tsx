import { Text } from '@mantine/core'
import { useRef, useState } from 'react'
import type { AccessChoices, RestKey } from '../../api/rest-access.ts'
import { revealNamedKey } from '../../api/rest-keys.ts'
import { formatDate } from '../../format/times.ts'
import { SecretField } from '../../shell/secret-field.tsx'
import table from '../../shell/table.module.css'
import { KeyAccess } from './key-access.tsx'
import { KeyActs } from './key-acts.tsx'
import { KeyRequests } from './key-requests.tsx'
import { KeyState } from './key-state.tsx'
import { KeyTime } from './key-time.tsx'
import classes from './keys-table.module.css'
import { LastUsed } from './last-used.tsx'

interface KeyRowProps {
  restKey: RestKey
  choices: AccessChoices
  onRevoked: () => void
}

/** A named key. The whole of it lives in this state alone, and only once somebody asked for it. */
export function KeyRow({ restKey, choices, onRevoked }: KeyRowProps) {
  const { id, name, last_four, masked, created_at, created_by } = restKey
  const [shown, setShown] = useState<string | null>(null)
  const menuButton = useRef<HTMLButtonElement>(null)
  // Somebody else may have rotated meanwhile: an outdated key is not shown on.
  const secret = shown?.endsWith(last_four) ? shown : null
  return (
    <tbody className={classes.key}>
      <tr>
        <th scope="row">
          {name}
          <Text size="sm" c="dimmed" fw={400}>
            <span className={classes.ending}>…{last_four}</span>
            {', '}
            <KeyTime at={created_at} show={formatDate} />
            {created_by && ` by ${created_by.name}`}
          </Text>
        </th>
        <td>
          <KeyAccess restKey={restKey} choices={choices} />
        </td>
        <td>
          <KeyRequests restKey={restKey} />
          <Text size="sm" c="dimmed" mt={4}>
            {restKey.last_used_at ? 'Last used ' : 'Not used yet'}
            <LastUsed restKey={restKey} />
          </Text>
        </td>
        <td>
          <KeyState restKey={restKey} />
        </td>
        <td className={`${table.acts} ${classes.acts}`}>
          <KeyActs
            restKey={restKey}
            secret={secret}
            onSecret={setShown}
            onRevoked={onRevoked}
            menuButton={menuButton}
          />
        </td>
      </tr>
      {secret && (
        <tr className={classes.secret}>
          <td colSpan={5}>
            <SecretField
              label={`Key of ${name}`}
              word="key"
              masked={masked}
              secret={secret}
              reveal={() => revealNamedKey(id)}
              onSecret={(next) => {
                setShown(next)
                // The field goes away with the button that hid it.
                if (next === null) menuButton.current?.focus()
              }}
              focusOnMount={false}
            />
          </td>
        </tr>
      )}
    </tbody>
  )
}
