import { Checkbox, Input } from '@mantine/core'
import type { ReactNode } from 'react'
import type { AccessChoices } from '../../api/rest-access.ts'
import {
  type Action,
  actions,
  everyArea,
  isGiven,
  isGivenToAll,
  toggledScope,
} from '../rest-access/scopes.ts'
import classes from './areas-table.module.css'

interface AreasTableProps {
  areas: AccessChoices['areas']
  scopes: string[]
  onChange: (scopes: string[]) => void
  error: ReactNode
}

const words: Record<Action, string> = { read: 'Read', write: 'Write', delete: 'Delete' }

const everywhere = {
  name: everyArea,
  title: 'Every area',
  description: 'Also areas that later versions of Latchkey bring.',
  actions: [...actions],
}

/** Boxes for what the key may do, by area. */
export function AreasTable({ areas, scopes, onChange, error }: AreasTableProps) {
  return (
    <div>
      <table className={classes.table}>
        <caption className={classes.caption}>
          To write is to create, change and restore. What is written or deleted is read as well.
        </caption>
        <thead>
          <tr>
            <th scope="col">Area</th>
            {actions.map((action) => (
              <th key={action} scope="col">
                {words[action]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[everywhere, ...areas].map(({ name, title, description, actions: possible }) => (
            <tr key={name}>
              <th scope="row">
                <div className={classes.title}>{title}</div>
                <div className={classes.description}>{description}</div>
              </th>
              {actions.map((action) => (
                <td key={action} className={classes.box}>
                  {possible.includes(action) && (
                    <Checkbox
                      aria-label={`${words[action]} ${title.toLowerCase()}`}
                      checked={isGiven(scopes, name, action)}
                      disabled={isGivenToAll(scopes, name, action)}
                      onChange={() => onChange(toggledScope(scopes, name, action))}
                      {...(name === everyArea && action === 'read' ? { 'data-path': 'scopes' } : {})}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {error && <Input.Error mt="xs">{error}</Input.Error>}
    </div>
  )
}
