import { Group, MultiSelect, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactNode } from 'react'
import type { EventType } from '../../api/event-types.ts'
import type { SetUp } from '../../api/set-up.ts'
import type { Webhook, WebhookFields } from '../../api/webhooks.ts'
import { required } from '../../format/rules.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { Failure } from '../../shell/failure.tsx'
import { useSubmit } from '../../shell/use-submit.ts'
import { eventChoices } from './event-choices.ts'
import { FilterFields } from './filter-fields.tsx'
import { fieldsFrom, valuesOf, type WebhookValues } from './webhook-values.ts'

interface WebhookFormProps<Answer> {
  /** What is edited; absent while it is made. */
  webhook?: Webhook
  eventTypes: EventType[]
  setUp: SetUp
  verb: string
  send: (fields: WebhookFields) => Promise<Answer>
  onDone: (answer: Answer) => void
  /** Leads back. */
  cancel: ReactNode
}

export function WebhookForm<Answer>(props: WebhookFormProps<Answer>) {
  const { webhook, eventTypes, setUp, verb, send, onDone, cancel } = props
  const form = useForm<WebhookValues>({
    initialValues: valuesOf(webhook),
    validate: {
      target_url: required('Enter the address of the program, like https://hooks.example.com/latchkey.'),
      event_names: (names, { scope }) =>
        scope === 'chosen' && names.length === 0 ? 'Choose at least one event.' : null,
    },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: (values) => send(fieldsFrom(values)),
    onDone,
    names: filterNames,
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <Card title="Where it goes">
          <Stack maw={620}>
            <TextInput
              label="Address"
              description="Where Latchkey sends the events by POST. It begins with https://."
              type="url"
              inputMode="url"
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps('target_url')}
            />
            <Textarea
              label="Description"
              description="What it is for, so that others know whom to ask. Optional."
              autosize
              minRows={1}
              maxRows={6}
              maxLength={1000}
              {...form.getInputProps('description')}
            />
          </Stack>
        </Card>
        <Card title="What it is told">
          <Stack maw={620}>
            <Radio.Group label="Events" {...form.getInputProps('scope')}>
              <Stack gap="xs" mt="xs">
                <Radio value="chosen" label="Chosen events" />
                <Radio value="all" label="Every event" description="Also those that later versions add." />
              </Stack>
            </Radio.Group>
            {form.values.scope === 'chosen' && (
              <MultiSelect
                label="Chosen events"
                placeholder={form.values.event_names.length === 0 ? 'Type to search, such as deal' : ''}
                data={eventChoices(eventTypes, form.values.event_names)}
                searchable
                clearable
                hidePickedOptions
                maxDropdownHeight={320}
                nothingFoundMessage="There is no such event"
                clearButtonProps={{ 'aria-label': 'Remove all chosen events' }}
                {...form.getInputProps('event_names')}
              />
            )}
          </Stack>
        </Card>
        <Card
          title="Only some records"
          explanation="Where something is chosen, only events of records that stand in one of it are sent. Leave a field empty to let all through."
        >
          <FilterFields setUp={setUp} form={form} />
        </Card>
        <Failure message={failure} />
        <Group gap="sm">
          <ActButton type="submit" loading={pending}>
            {verb}
          </ActButton>
          {cancel}
        </Group>
        {!webhook && (
          <Text size="sm" c="dimmed">
            It begins with what happens next. The secret that its messages are signed with is made now.
          </Text>
        )}
      </Stack>
    </form>
  )
}

const filterNames = {
  event_name: 'event_names',
  'filters[pipeline_ids]': 'pipeline_ids',
  'filters[stage_ids]': 'stage_ids',
  'filters[process_type_ids]': 'process_type_ids',
  filters: 'tags',
} as const
