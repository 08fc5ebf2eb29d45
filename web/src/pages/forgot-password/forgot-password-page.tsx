import { Code, Stack, Text, TextInput } from '@mantine/core'
import { isEmail, useForm } from '@mantine/form'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sessionQuery } from '../../api/session.ts'
import { askForResetLink } from '../../api/sign-in.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { EntryPage } from '../../shell/entry-page.tsx'
import { Failure } from '../../shell/failure.tsx'
import { AnchorLink } from '../../shell/links.tsx'
import { useSubmit } from '../../shell/use-submit.ts'

export function ForgotPasswordPage() {
  const mailEnabled = useSuspenseQuery(sessionQuery).data.mail_enabled
  return (
    <EntryPage title="Forgot your password?">
      {mailEnabled ? <ResetByMail /> : <ResetByOperator />}
      <AnchorLink to="/sign-in" size="sm" ta="center">
        Back to sign-in
      </AnchorLink>
    </EntryPage>
  )
}

function ResetByMail() {
  const [sentTo, setSentTo] = useState<string | null>(null)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '' },
    validate: { email: isEmail('Enter the e-mail address that you sign in with.') },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: ({ email }) => askForResetLink(email.trim()),
    onDone: (_answer, { email }) => setSentTo(email.trim()),
  })
  if (sentTo) {
    return (
      <Text role="status">
        If {sentTo} has a login here, a mail with a link is on its way. The link opens a page to choose a new
        password.
      </Text>
    )
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">Enter your e-mail address and we send a link to choose a new password.</Text>
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <Failure message={failure} />
        <ActButton type="submit" loading={pending}>
          Send the link
        </ActButton>
      </Stack>
    </form>
  )
}

function ResetByOperator() {
  return (
    <Stack gap="sm">
      <Text>
        This server sends no mail. Ask the person who runs it to make a reset link for you with this command:
      </Text>
      <Code block tabIndex={0}>
        {'npx latchkey reset-link <email>'}
      </Code>
    </Stack>
  )
}
