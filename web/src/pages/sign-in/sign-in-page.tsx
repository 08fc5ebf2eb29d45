import { PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useSearch } from '@tanstack/react-router'
import { signIn } from '../../api/sign-in.ts'
import { required } from '../../format/rules.ts'
import { safeNext } from '../../format/safe-next.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { EntryPage } from '../../shell/entry-page.tsx'
import { Failure } from '../../shell/failure.tsx'
import { AnchorLink } from '../../shell/links.tsx'
import { useSubmit } from '../../shell/use-submit.ts'

export function SignInPage() {
  const { next, email = '' } = useSearch({ from: '/sign-in' })
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
    // A page load, because the place to go on to may be one that the server renders.
    onDone: () => window.location.assign(safeNext(next, window.location.origin)),
  })
  return (
    <EntryPage title="Sign in">
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
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
    </EntryPage>
  )
}
