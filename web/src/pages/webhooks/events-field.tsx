import { Radio, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type EventType, eventTypesQuery } from '../../api/choices.ts'
import { Loaded } from '../../shell/loaded.tsx'
import { EventGroup } from './event-group.tsx'
import { toggledEvent } from './event-names.ts'
import classes from './events-field.module.css'
import type { WebhookFormState } from './webhook-values.ts'

/** All events, or chosen ones by the kind of record. */
export function EventsField({ form }: { form: WebhookFormState }) {
  const types = useQuery(eventTypesQuery)
  return (
    <>
      <Radio.Group label="Which events are sent" {...form.getInputProps('events')}>
        <Stack gap="xs" mt="xs">
          <Radio
            value="all"
            label="All events"
            description="Also of kinds that later versions of Latchkey bring."
          />
          <Radio value="chosen" label="Chosen events" />
        </Stack>
      </Radio.Group>
      {form.values.events === 'chosen' && (
        <Loaded query={types} skeleton={<Skeleton h={320} />}>
          {(known) => <ChosenEvents form={form} types={known} />}
        </Loaded>
      )}
    </>
  )
}

function ChosenEvents({ form, types }: { form: WebhookFormState; types: EventType[] }) {
  const [sought, setSought] = useState('')
  const words = sought.trim().toLowerCase()
  const found = types.filter(({ name, description }) =>
    `${name} ${description}`.toLowerCase().includes(words),
  )
  const groups = [...Map.groupBy(found, ({ resource }) => resource)].sort(([one], [other]) =>
    one.localeCompare(other),
  )
  const chosen = form.values.event_names
  return (
    <div>
      <TextInput
        type="search"
        label="Find events"
        placeholder="deal, task completed, …"
        value={sought}
        onChange={(event) => setSought(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
        error={form.errors.event_names}
        data-path="event_names"
        maw={420}
      />
      <Text size="sm" c="dimmed" mt="xs" role="status">
        {chosen.length === 0 ? 'Nothing is chosen yet.' : `Chosen: ${chosen.join(', ')}`}
      </Text>
      <div className={classes.groups}>
        {groups.map(([resource, own]) => (
          <EventGroup
            key={resource}
            resource={resource}
            types={own}
            chosen={chosen}
            isSought={words !== ''}
            onToggle={(name) => form.setFieldValue('event_names', toggledEvent(chosen, name))}
          />
        ))}
      </div>
      {groups.length === 0 && (
        <Text size="sm" mt="sm">
          No event has “{sought.trim()}” in its name or description.
        </Text>
      )}
    </div>
  )
}
