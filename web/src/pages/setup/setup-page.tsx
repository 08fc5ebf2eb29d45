import { PasswordInput, Stack, TextInput } from '@mantine/core'
import { isEmail, useForm } from '@mantine/form'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { sessionQuery, setUp } from '../../api/session.ts'
import { newPassword, passwordRule, required } from '../../format/rules.ts'
import { browserTimeZone } from '../../format/time-zones.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { EntryPage } from '../../shell/entry-page.tsx'
import { Failure } from '../../shell/failure.tsx'
import { TimeZoneField } from '../../shell/time-zone-field.tsx'
import { tell } from '../../shell/toasts.ts'
import { useSubmit } from '../../shell/use-submit.ts'

/** The first visit: makes the company and its first admin. */
export function SetupPage() {
  const router = useRouter()
  const needsCode = useSuspenseQuery(sessionQuery).data.setup_code_required
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: {
      company_name: '',
      time_zone: browserTimeZone(),
      name: '',
      email: '',
      password: '',
      code: '',
    },
    validate: {
      company_name: required('Enter the name of your company.'),
      name: required('Enter your name.'),
      email: isEmail('Enter an e-mail address, like ana@example.com.'),
      password: newPassword,
      code: (code) => (needsCode && !code.trim() ? 'Enter the code from the terminal.' : null),
    },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: ({ code, ...setup }) => setUp(needsCode ? { ...setup, code: code.trim() } : setup),
    onDone(session) {
      tell(`Welcome. ${session.signed_in?.account?.name ?? 'Your company'} is ready.`)
      router.navigate({ to: '/' })
    },
  })
  return (
    <EntryPage
      title="Set up your company"
      introduction="You get your own login as the first account admin, and can invite others later."
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label="Company name"
            autoComplete="organization"
            key={form.key('company_name')}
            {...form.getInputProps('company_name')}
          />
          <TimeZoneField
            current={form.getInitialValues().time_zone}
            key={form.key('time_zone')}
            {...form.getInputProps('time_zone')}
          />
          <TextInput
            label="Your name"
            autoComplete="name"
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
          <TextInput
            label="Email"
            type="email"
            autoComplete="email"
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            description={passwordRule}
            autoComplete="new-password"
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          {needsCode && (
            <TextInput
              label="One-time code"
              description="This code is shown in the terminal where Latchkey was started."
              autoComplete="one-time-code"
              key={form.key('code')}
              {...form.getInputProps('code')}
            />
          )}
          <Failure message={failure} />
          <ActButton type="submit" loading={pending}>
            Create company
          </ActButton>
        </Stack>
      </form>
    </EntryPage>
  )
}
