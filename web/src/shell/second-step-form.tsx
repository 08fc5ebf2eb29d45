import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useEffect, useRef } from 'react'
import { secondStep } from '../api/sign-in.ts'
import { required } from '../format/rules.ts'
import { ActButton } from './act-button.tsx'
import { Failure } from './failure.tsx'
import { useSubmit } from './use-submit.ts'

interface SecondStepFormProps {
  verb: string
  /** Runs within the sending, so that the button keeps turning. */
  after?: () => Promise<unknown>
  onDone: () => void
  back: { verb: string; act: () => void }
}

/** The second step of a sign-in: a code of the app, or a recovery code. */
export function SecondStepForm({ verb, after, onDone, back }: SecondStepFormProps) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { code: '' },
    validate: { code: required('Enter a code.') },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    async send({ code }) {
      await secondStep(code)
      await after?.()
    },
    onDone,
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">
          Enter the code that your authenticator app shows. Without your phone, enter one of your recovery
          codes.
        </Text>
        <TextInput
          ref={field}
          label="Code"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          key={form.key('code')}
          {...form.getInputProps('code')}
        />
        <Failure message={failure} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={back.act} disabled={pending}>
            {back.verb}
          </Button>
          <ActButton type="submit" loading={pending}>
            {verb}
          </ActButton>
        </Group>
      </Stack>
    </form>
  )
}
