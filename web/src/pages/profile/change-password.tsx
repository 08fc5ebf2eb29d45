import { Group, PasswordInput, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { ApiError } from '../../api/api-error.ts'
import { changePassword } from '../../api/sign-in.ts'
import { newPassword, passwordRule, required } from '../../format/rules.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { tell } from '../../shell/toasts.ts'
import { useSubmit } from '../../shell/use-submit.ts'

export function ChangePassword() {
  const { user } = useSignedIn()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { currentPassword: '', newPassword: '' },
    validate: { currentPassword: required('Enter your current password.'), newPassword },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: (values) => changePassword(values.currentPassword, values.newPassword).catch(nameField),
    onDone() {
      form.reset()
      tell('Password changed')
    },
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={420}>
        <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          key={form.key('currentPassword')}
          {...form.getInputProps('currentPassword')}
        />
        <PasswordInput
          label="New password"
          description={passwordRule}
          autoComplete="new-password"
          key={form.key('newPassword')}
          {...form.getInputProps('newPassword')}
        />
        <Failure message={failure} />
        <Group>
          <ActButton type="submit" loading={pending}>
            Change password
          </ActButton>
        </Group>
      </Stack>
    </form>
  )
}

/** The sign-in endpoints answer with a code only; the form wants to know the field. */
function nameField(error: unknown): never {
  if (!(error instanceof ApiError)) throw error
  const param = fieldByCode[error.code]
  if (!param) throw error
  throw new ApiError({
    status: error.status,
    code: error.code,
    message: error.message,
    fields: [{ code: error.code, param, message: error.message }],
  })
}

const fieldByCode: Record<string, string> = {
  INVALID_PASSWORD: 'currentPassword',
  PASSWORD_TOO_SHORT: 'newPassword',
  PASSWORD_TOO_LONG: 'newPassword',
}
