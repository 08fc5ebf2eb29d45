import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import type { Person } from '../../api/people.ts'
import { type Permissions, type PermissionsChoices, setPermissions } from '../../api/permissions.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Card } from '../../shell/card.tsx'
import { Failure } from '../../shell/failure.tsx'
import { tell } from '../../shell/toasts.ts'
import { useSubmit } from '../../shell/use-submit.ts'
import { PlacesCard } from './places-card.tsx'
import { Unsaved } from './unsaved.tsx'

interface PermissionsFormProps {
  person: Person
  choices: PermissionsChoices
  /** Drops what was changed, for what holds now. */
  onReload: () => Promise<void>
}

const kinds = ['pipelines', 'process_types'] as const

export function PermissionsForm({ person, choices, onReload }: PermissionsFormProps) {
  const [known, setKnown] = useState(choices.changed_at)
  const [isOutdated, setIsOutdated] = useState(false)
  const form = useForm<Permissions>({ mode: 'controlled', initialValues: choices.permissions })
  const { submit, pending, failure } = useSubmit({
    form,
    send: (values) =>
      setPermissions(person.id, values, known).catch((error: unknown) => {
        setIsOutdated(error instanceof ApiError && error.code === 'precondition_failed')
        throw error
      }),
    onDone(saved) {
      setKnown(saved.changed_at)
      form.setInitialValues(saved.permissions)
      form.reset()
      tell(`Permissions of ${person.name} saved. They hold from their next request on.`)
    },
  })
  const isDirty = form.isDirty()
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        {kinds.map((kind) => (
          <PlacesCard
            key={kind}
            kind={kind}
            choices={choices}
            value={form.values[kind]}
            onChange={(places) => form.setFieldValue(kind, places)}
          />
        ))}
        <Card title="Tasks">
          <Checkbox
            label="See others’ tasks"
            description="Without it they see the tasks that are assigned to them or to nobody, also of leads and processes."
            {...form.getInputProps('see_others_tasks', { type: 'checkbox' })}
          />
        </Card>
        <Failure message={failure} />
        <Group gap="sm">
          {isOutdated ? (
            <Button onClick={onReload}>Show what holds now</Button>
          ) : (
            <ActButton type="submit" loading={pending}>
              Save permissions
            </ActButton>
          )}
          <Button variant="default" onClick={form.reset} disabled={!isDirty || pending}>
            Discard changes
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {isDirty && 'Not saved yet'}
          </Text>
        </Group>
      </Stack>
      <Unsaved isDirty={isDirty} />
    </form>
  )
}
