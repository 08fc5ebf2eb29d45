import { PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { signIn } from '../../api/sign-in.ts'
import { required } from '../../format/rules.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'
import { AnchorLink } from '../../shell/links.tsx'
import { useSubmit } from '../../shell/use-submit.ts'

interface PasswordFormProps {
  email: string
  onDone: () => void
  /** The password was right, and a code is asked for. */
  onHalfWay: () => void
}

export function PasswordForm({ email, onDone, onHalfWay }: PasswordFormProps) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email, password: '' },
    validate: {
      email: required('Enter your e-mail address.'),
      password: required('Enter your password.'),
    },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: (values) => signIn(values.email.trim(), values.password),
    onDone: ({ secondStep }) => (secondStep ? onHalfWay() : onDone()),
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label="Email"
          type="email"
          autoComplete="username webauthn"
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password webauthn"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Failure message={failure} />
        <ActButton type="submit" loading={pending}>
          Sign in
        </ActButton>
        <AnchorLink to="/forgot-password" size="sm" ta="center">
          Forgot your password?
        </AnchorLink>
      </Stack>
    </form>
  )
}
