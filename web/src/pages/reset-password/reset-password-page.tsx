import { PasswordInput, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { resetPassword } from '../../api/sign-in.ts'
import { newPassword, passwordRule } from '../../format/rules.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { EntryPage } from '../../shell/entry-page.tsx'
import { Failure } from '../../shell/failure.tsx'
import { AnchorLink, ButtonLink } from '../../shell/links.tsx'
import { tell } from '../../shell/toasts.ts'
import { useSubmit } from '../../shell/use-submit.ts'

export function ResetPasswordPage() {
  const { token } = useSearch({ from: '/reset-password' })
  return (
    <EntryPage title="Choose a new password">
      {token ? <NewPassword token={token} /> : <UnusableLink />}
    </EntryPage>
  )
}

function NewPassword({ token }: { token: string }) {
  const navigate = useNavigate()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: newPassword },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    names: { newPassword: 'password' },
    send: ({ password }) => resetPassword(token, password),
    onDone({ signed_in }) {
      if (signed_in) return window.location.assign('/')
      tell('Your password is changed. Sign in with the new one.')
      navigate({ to: '/sign-in' })
    },
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <PasswordInput
          label="New password"
          description={passwordRule}
          autoComplete="new-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Failure message={failure} />
        <ActButton type="submit" loading={pending}>
          Save new password
        </ActButton>
        {failure && (
          <AnchorLink to="/forgot-password" size="sm" ta="center">
            Ask for a new link
          </AnchorLink>
        )}
      </Stack>
    </form>
  )
}

function UnusableLink() {
  return (
    <>
      <Text>This link is not complete, has expired or was already used.</Text>
      <ButtonLink to="/forgot-password" variant="default">
        Ask for a new link
      </ButtonLink>
    </>
  )
}
