import { PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { acceptInvitation, type InvitationPreview } from '../../api/invitations.ts'
import { newPassword, passwordRule, required } from '../../format/rules.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'
import { tell } from '../../shell/toasts.ts'
import { useSubmit } from '../../shell/use-submit.ts'

export function NewPersonForm({ id, invitation }: { id: string; invitation: InvitationPreview }) {
  const navigate = useNavigate()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', password: '' },
    validate: { name: required('Enter your name.'), password: newPassword },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: (newPerson) => acceptInvitation(id, newPerson),
    onDone() {
      tell(`Welcome to ${invitation.account_name}.`)
      navigate({ to: '/' })
    },
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label="Email"
          value={invitation.email}
          readOnly
          autoComplete="username"
          description="You will sign in with this address."
        />
        <TextInput
          label="Your name"
          autoComplete="name"
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <PasswordInput
          label="Password"
          description={passwordRule}
          autoComplete="new-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Failure message={failure} />
        <ActButton type="submit" loading={pending}>
          Accept invitation
        </ActButton>
      </Stack>
    </form>
  )
}
