import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { queryClient } from '../../api/query-client.ts'
import { beginTwoFactor, twoFactorQuery } from '../../api/two-factor.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'
import { useSubmit } from '../../shell/use-submit.ts'
import { ConfirmApp } from './confirm-app.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'

interface DialogProps {
  hasPassword: boolean
  opened: boolean
  onClose: () => void
}

type Step =
  | { name: 'password' }
  | { name: 'app'; uri: string; secret: string }
  | { name: 'codes'; codes: string[] }

const titles = {
  password: 'Turn on two-factor sign-in',
  app: 'Add Latchkey to your app',
  codes: 'Keep your recovery codes',
}

/** Password, then the app, then the recovery codes. */
export function TurnOnTwoFactor({ hasPassword, opened, onClose }: DialogProps) {
  const [step, setStep] = useState<Step>({ name: 'password' })

  function close() {
    onClose()
    // Until now the card below showed that it is off, and kept this dialog.
    if (step.name === 'codes') queryClient.invalidateQueries({ queryKey: twoFactorQuery.queryKey })
  }

  return (
    <Modal
      opened={opened}
      onClose={close}
      onExitTransitionEnd={() => setStep({ name: 'password' })}
      title={titles[step.name]}
      closeOnClickOutside={step.name === 'password'}
    >
      {step.name === 'password' && (
        <Begin
          hasPassword={hasPassword}
          onBegun={(begun) => setStep({ name: 'app', ...begun })}
          onCancel={close}
        />
      )}
      {step.name === 'app' && (
        <ConfirmApp
          uri={step.uri}
          secret={step.secret}
          onConfirmed={(codes) => setStep({ name: 'codes', codes })}
          onCancel={close}
        />
      )}
      {step.name === 'codes' && <RecoveryCodes codes={step.codes} onDone={close} />}
    </Modal>
  )
}

interface BeginProps {
  hasPassword: boolean
  onBegun: (begun: { uri: string; secret: string }) => void
  onCancel: () => void
}

function Begin({ hasPassword, onBegun, onCancel }: BeginProps) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: (password) => (password || !hasPassword ? null : 'Enter your password.') },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: ({ password }) => beginTwoFactor(hasPassword ? password : undefined),
    onDone: onBegun,
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">
          You need an authenticator app on your phone, or a password manager that shows such codes.
        </Text>
        {hasPassword && (
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            data-autofocus
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
        )}
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
  )
}
