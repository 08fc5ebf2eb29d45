import { Group, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Webhook, WebhookFields } from '../../api/webhooks.ts'
import { required } from '../../format/rules.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { Failure } from '../../shell/failure.tsx'
import { ButtonLink } from '../../shell/links.tsx'
import { useSubmit } from '../../shell/use-submit.ts'
import { EventsField } from './events-field.tsx'
import { FiltersFields } from './filters-fields.tsx'
import { fieldsFrom, names, valuesFrom } from './webhook-values.ts'

interface WebhookFormProps<Answer> {
  existing?: Webhook
  verb: string
  send: (fields: WebhookFields) => Promise<Answer>
  onDone: (answer: Answer) => void
  /** Where Cancel leads: to the list or to the webhook. */
  cancelTo: { list: true } | { id: string }
}

export function WebhookForm<Answer>({ existing, verb, send, onDone, cancelTo }: WebhookFormProps<Answer>) {
  const form = useForm({
    mode: 'controlled',
    initialValues: valuesFrom(existing),
    validate: {
      target_url: required('Enter the address, like https://hooks.example.com/latchkey.'),
      event_names: (chosen, { events }) =>
        events === 'chosen' && chosen.length === 0 ? 'Choose at least one kind of event.' : null,
    },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    names,
    send: (values) => send(fieldsFrom(values)),
    onDone,
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <Card title="Receiver">
          <TextInput
            label="Address"
            description="Where events are sent by POST: https, on the public internet."
            type="url"
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('target_url')}
          />
          <Textarea
            label="What it is for"
            description="Optional. It names the webhook in lists and mails."
            autosize
            maxRows={6}
            {...form.getInputProps('description')}
          />
        </Card>
        <Card title="Events">
          <EventsField form={form} />
        </Card>
        <Card
          title="Filters"
          explanation="Optional. Sends only events of records that stand in one of what you choose, in each of these fields."
        >
          <FiltersFields form={form} />
        </Card>
        <Failure message={failure} />
        <Group gap="sm">
          <ActButton type="submit" loading={pending}>
            {verb}
          </ActButton>
          {'id' in cancelTo ? (
            <ButtonLink
              to="/settings/integrations/webhooks/$id"
              params={{ id: cancelTo.id }}
              variant="default"
            >
              Cancel
            </ButtonLink>
          ) : (
            <ButtonLink to="/settings/integrations/webhooks" variant="default">
              Cancel
            </ButtonLink>
          )}
        </Group>
      </Stack>
    </form>
  )
}
