import { Group, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ManagedRestAccess, RestKey } from '../../api/rest-access.ts'
import type { KeyFields } from '../../api/rest-keys.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { Failure } from '../../shell/failure.tsx'
import { ButtonLink } from '../../shell/links.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { useSubmit } from '../../shell/use-submit.ts'
import { AccessField } from './access-field.tsx'
import { ExpiryField } from './expiry-field.tsx'
import { fieldsFrom, type KeyValues, names, problemsIn, valuesFrom } from './key-values.ts'
import { LimitsFields } from './limits-fields.tsx'
import { PlacesField } from './places-field.tsx'

interface KeyFormProps<Answer> {
  access: ManagedRestAccess
  existing?: RestKey
  verb: string
  send: (fields: KeyFields) => Promise<Answer>
  onDone: (answer: Answer) => void
}

/** Everything that an admin decides of a key. */
export function KeyForm<Answer>({ access, existing, verb, send, onDone }: KeyFormProps<Answer>) {
  const zone = useSignedIn().account.time_zone
  const moment = () => ({ zone, now: Date.now() })
  const form = useForm<KeyValues>({
    mode: 'controlled',
    initialValues: valuesFrom(existing),
    validate: (values) => problemsIn(values, moment()),
  })
  const { submit, pending, failure } = useSubmit({
    form,
    names,
    send: (values) => send(fieldsFrom(values, moment(), existing)),
    onDone,
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        {!existing?.is_main && (
          <Card>
            <TextInput
              label="Name"
              description="The program that uses it, so that everybody knows what stops when the key is ended."
              autoComplete="off"
              maw={560}
              {...form.getInputProps('name')}
            />
          </Card>
        )}
        <Card title="What it may do" explanation="The less it may do, the less can go wrong with it.">
          <AccessField form={form} areas={access.areas} />
        </Card>
        <Card
          title="Pipelines and process types"
          explanation="What the key may not see is in none of its lists, counts, searches, exports, events and webhooks."
        >
          <PlacesField
            form={form}
            field="pipelines"
            idsField="pipeline_ids"
            label="Pipelines"
            one="pipeline"
            description="Whose leads it sees, with all that belongs to them."
            places={access.pipelines}
          />
          <PlacesField
            form={form}
            field="process_types"
            idsField="process_type_ids"
            label="Process types"
            one="process type"
            description="Whose processes it sees, with all that belongs to them."
            places={access.process_types}
          />
        </Card>
        <Card title="How long it works">
          <ExpiryField form={form} existing={existing} />
        </Card>
        <Card title="From where, and how often">
          <LimitsFields form={form} access={access} existing={existing} />
        </Card>
        <Failure message={failure} />
        <Group gap="sm">
          <ActButton type="submit" loading={pending}>
            {verb}
          </ActButton>
          <ButtonLink to="/settings/integrations/rest-api" variant="default">
            Cancel
          </ButtonLink>
        </Group>
      </Stack>
    </form>
  )
}
