import { Button, Group, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { type OpenWork, type Person, peopleQuery, removePerson } from '../../api/people.ts'
import { queryClient } from '../../api/query-client.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'
import { tell } from '../../shell/toasts.ts'
import { useSubmit } from '../../shell/use-submit.ts'
import { openWorkInWords } from './open-work.ts'

interface RemovalFormProps {
  person: Person
  work: OpenWork
  onClose: () => void
}

/** Asks who takes over what is open, and for the word DELETE. */
export function RemovalForm({ person, work, onClose }: RemovalFormProps) {
  const people = useQuery(peopleQuery).data ?? []
  const others = people.filter(({ id }) => id !== person.id)
  const open = openWorkInWords(work)
  const first = useRef<HTMLInputElement>(null)
  // The dialog opened before it was known what to ask.
  useEffect(() => first.current?.focus(), [])
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { hand_over_to: '', confirmation: '' },
    validate: {
      hand_over_to: (chosen) => (open && !chosen ? 'Choose who takes over.' : null),
      confirmation: (typed) => (typed.trim() === 'DELETE' ? null : 'Type DELETE in capital letters.'),
    },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: ({ hand_over_to: to }) => removePerson(person.id, to || null),
    onDone() {
      onClose()
      queryClient.invalidateQueries({ queryKey: peopleQuery.queryKey })
      tell(`${person.name} was removed`)
    },
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">
          {person.name} ({person.email}) loses access at once. What is done stays in their name: closed leads
          and processes, completed tasks, and resolved conversations. To let them in again later, send a new
          invitation.
        </Text>
        {open && (
          <Select
            label="Who takes over?"
            description={`${person.name} has ${open}. All of it goes to one person, who can pass it on.`}
            placeholder="Choose a person"
            data={others.map(({ id, name, you }) => ({ value: id, label: you ? `${name} (you)` : name }))}
            searchable
            ref={first}
            key={form.key('hand_over_to')}
            {...form.getInputProps('hand_over_to')}
          />
        )}
        <TextInput
          label="Type DELETE to confirm"
          autoComplete="off"
          spellCheck={false}
          ref={open ? undefined : first}
          key={form.key('confirmation')}
          {...form.getInputProps('confirmation')}
        />
        <Failure message={failure} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <ActButton type="submit" color="red.9" loading={pending}>
            Remove
          </ActButton>
        </Group>
      </Stack>
    </form>
  )
}

export function RemovalSkeleton() {
  return (
    <Stack>
      <Skeleton h={42} />
      <Skeleton h={60} />
      <Skeleton h={36} />
    </Stack>
  )
}
