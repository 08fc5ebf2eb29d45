import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactNode } from 'react'
import type { Proof } from '../../api/two-factor.ts'
import { required } from '../../format/rules.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'
import { useSubmit } from '../../shell/use-submit.ts'

interface ProofFormProps<Answer> {
  explanation: ReactNode
  hasPassword: boolean
  verb: string
  danger?: boolean
  send: (proof: Proof) => Promise<Answer>
  onDone: (answer: Answer) => void
  onCancel: () => void
}

/** Asks for the password and a code of the second factor together. */
export function ProofForm<Answer>(props: ProofFormProps<Answer>) {
  const { explanation, hasPassword, verb, danger = false, send, onDone, onCancel } = props
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '', code: '' },
    validate: {
      password: (password) => (password || !hasPassword ? null : 'Enter your password.'),
      code: required('Enter a code.'),
    },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: ({ password, code }) => send({ ...(hasPassword && { password }), code }),
    onDone,
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{explanation}</Text>
        {hasPassword && (
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            data-autofocus
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
        )}
        <TextInput
          label="Code"
          description="Of your app, or a recovery code."
          autoComplete="one-time-code"
          spellCheck={false}
          autoCapitalize="none"
          key={form.key('code')}
          {...form.getInputProps('code')}
        />
        <Failure message={failure} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel} disabled={pending}>
            Cancel
          </Button>
          <ActButton type="submit" loading={pending} {...(danger && { color: 'red.9' })}>
            {verb}
          </ActButton>
        </Group>
      </Stack>
    </form>
  )
}
