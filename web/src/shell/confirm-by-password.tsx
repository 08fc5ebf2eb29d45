import { Button, Divider, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { sessionQuery } from '../api/session.ts'
import { signIn } from '../api/sign-in.ts'
import { required } from '../format/rules.ts'
import { ActButton } from './act-button.tsx'
import { ConfirmByPasskey } from './confirm-by-passkey.tsx'
import { Failure } from './failure.tsx'
import { openAccountAgain } from './open-account-again.ts'
import { useSubmit } from './use-submit.ts'

interface ConfirmByPasswordProps {
  hasPasskey: boolean
  /** The password was right, and a code is asked for. */
  onHalfWay: () => void
  onDone: () => void
  onCancel: () => void
}

export function ConfirmByPassword({ hasPasskey, onHalfWay, onDone, onCancel }: ConfirmByPasswordProps) {
  const email = useQuery(sessionQuery).data?.signed_in?.user.email ?? ''
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: required('Enter your password.') },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    async send({ password }) {
      const { secondStep } = await signIn(email, password)
      if (!secondStep) await openAccountAgain()
      return secondStep
    },
    onDone: (secondStep) => (secondStep ? onHalfWay() : onDone()),
  })
  return (
    <Stack>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">You signed in a while ago. Enter the password of {email} to go on.</Text>
          <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
          <PasswordInput
            label="Password"
            ref={field}
            autoComplete="current-password"
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Failure message={failure} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
            <ActButton type="submit" loading={pending}>
              Continue
            </ActButton>
          </Group>
        </Stack>
      </form>
      {hasPasskey && (
        <>
          <Divider label="or" />
          <ConfirmByPasskey variant="default" onDone={onDone} />
        </>
      )}
    </Stack>
  )
}
