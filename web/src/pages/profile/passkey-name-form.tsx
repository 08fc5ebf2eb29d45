import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { required } from '../../format/rules.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'
import { useSubmit } from '../../shell/use-submit.ts'

interface PasskeyNameFormProps {
  explanation?: string
  name: string
  verb: string
  send: (name: string) => Promise<unknown>
  onDone: (name: string) => void
  onCancel: () => void
}

export function PasskeyNameForm(props: PasskeyNameFormProps) {
  const { explanation, name, verb, send, onDone, onCancel } = props
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name },
    validate: { name: required('Enter a name.') },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: (values) => send(values.name.trim()),
    onDone: (_answer, values) => onDone(values.name.trim()),
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {explanation && <Text size="sm">{explanation}</Text>}
        <TextInput
          label="Name"
          description="So that you know it again, such as the device that keeps it."
          autoComplete="off"
          maxLength={200}
          data-autofocus
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <Failure message={failure} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel} disabled={pending}>
            Cancel
          </Button>
          <ActButton type="submit" loading={pending}>
            {verb}
          </ActButton>
        </Group>
      </Stack>
    </form>
  )
}
