import { Anchor, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useEffect, useRef } from 'react'
import { confirmTwoFactor } from '../../api/two-factor.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'
import { useSubmit } from '../../shell/use-submit.ts'
import { QrCode } from './qr-code.tsx'

interface ConfirmAppProps {
  uri: string
  secret: string
  onConfirmed: (recoveryCodes: string[]) => void
  onCancel: () => void
}

/** Shows the secret as a picture and as text, and asks for the code that the app makes of it. */
export function ConfirmApp({ uri, secret, onConfirmed, onCancel }: ConfirmAppProps) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { code: '' },
    validate: {
      code: (code) =>
        /^\s*\d{3}\s*\d{3}\s*$/.test(code) ? null : 'Enter the six digits that the app shows.',
    },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: ({ code }) => confirmTwoFactor(code),
    onDone: ({ recovery_codes }) => onConfirmed(recovery_codes),
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">
          Scan this picture with the app. If you are on the phone,{' '}
          <Anchor href={uri} inherit underline="always">
            open the app
          </Anchor>
          , or type this key: <Code>{secret.replace(/(.{4})(?=.)/g, '$1 ')}</Code>
        </Text>
        <QrCode text={uri} label="QR code for the authenticator app" />
        <TextInput
          ref={field}
          label="Code"
          description="The six digits that the app shows now."
          inputMode="numeric"
          autoComplete="one-time-code"
          key={form.key('code')}
          {...form.getInputProps('code')}
        />
        <Failure message={failure} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel} disabled={pending}>
            Cancel
          </Button>
          <ActButton type="submit" loading={pending}>
            Turn on
          </ActButton>
        </Group>
      </Stack>
    </form>
  )
}
