import { Checkbox, Stack, Text, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useId, useState } from 'react'
import type { EventType } from '../../api/choices.ts'
import { humanise } from '../record/humanise.ts'
import { everyOf } from './event-names.ts'
import classes from './events-field.module.css'

interface EventGroupProps {
  resource: string
  types: EventType[]
  chosen: readonly string[]
  /** Whether these are what somebody looks for, and so are shown at once. */
  isSought: boolean
  onToggle: (name: string) => void
}

/** The events of one kind of record, which open below its name. */
export function EventGroup({ resource, types, chosen, isSought, onToggle }: EventGroupProps) {
  const [isOpened, setOpened] = useState(false)
  const isOpen = isSought || isOpened
  const listId = useId()
  const all = everyOf(types[0]?.name ?? '')
  const hasAll = chosen.includes(all)
  const count = hasAll ? 'all' : types.filter(({ name }) => chosen.includes(name)).length
  const title = humanise(resource)
  return (
    <div className={classes.group}>
      <UnstyledButton
        className={classes.opener}
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        onClick={() => setOpened(!isOpen)}
        disabled={isSought}
      >
        <IconChevronRight size={16} aria-hidden className={classes.chevron} />
        {title}
        {count !== 0 && (
          <Text span inherit c="dimmed" fw={400}>
            {count} chosen
          </Text>
        )}
      </UnstyledButton>
      {isOpen && (
        <Stack id={listId} gap="sm" role="group" aria-label={title} className={classes.events}>
          <Checkbox
            label={all}
            description={`Every event of ${title.toLowerCase()}.`}
            checked={hasAll}
            onChange={() => onToggle(all)}
          />
          {types.map(({ name, description }) => (
            <Checkbox
              key={name}
              label={name}
              description={description}
              checked={hasAll || chosen.includes(name)}
              disabled={hasAll}
              onChange={() => onToggle(name)}
            />
          ))}
        </Stack>
      )}
    </div>
  )
}
