import { Button, Group, Modal, PasswordInput, Skeleton, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { ApiError } from '../api/api-error.ts'
import { get, handleSessionTrouble } from '../api/client.ts'
import { queryClient } from '../api/query-client.ts'
import { type Session, sessionQuery, switchAccount } from '../api/session.ts'
import { companySignInPath, signIn } from '../api/sign-in.ts'
import { twoFactorQuery } from '../api/two-factor.ts'
import { ActButton } from './act-button.tsx'
import { Failure } from './failure.tsx'
import { goToSignIn } from './leave.ts'
import { SecondStepForm } from './second-step-form.tsx'
import { useSubmit } from './use-submit.ts'

interface Question {
  answered: () => void
  givenUp: () => void
}

/** Asks for the password again when a call needs a recent sign-in; the call then goes on by itself. */
export function RecentSignIn() {
  const [question, setQuestion] = useState<Question | null>(null)

  useEffect(() => {
    let asking: Promise<void> | null = null
    const ask = (error: ApiError) =>
      new Promise<void>((answered, reject) =>
        setQuestion({ answered, givenUp: () => reject(error) }),
      ).finally(() => {
        asking = null
        setQuestion(null)
      })
    handleSessionTrouble({
      signedOut: leaveIfSignedOut,
      signInTooOld(error) {
        asking ??= ask(error)
        return asking
      },
    })
  }, [])

  return (
    <Modal
      opened={question !== null}
      onClose={() => question?.givenUp()}
      title="Confirm that it is you"
      zIndex={300}
      size="sm"
      // Gone at once, so that the button behind it finds the focus free.
      transitionProps={{ duration: 0 }}
    >
      {question && <Questions question={question} />}
    </Modal>
  )
}

function Questions({ question }: { question: Question }) {
  const [asksForCode, setAsksForCode] = useState(false)
  const { data: twoFactor, isPending } = useQuery(twoFactorQuery)
  const ways = queryClient.getQueryData(sessionQuery.queryKey)?.sign_in
  if (isPending) return <Skeleton h={120} />
  if (ways?.company && (!ways.password || twoFactor?.has_password === false)) {
    return <AskTheCompany name={ways.company.name} onCancel={question.givenUp} />
  }
  if (!asksForCode) return <PasswordForm question={question} onHalfWay={() => setAsksForCode(true)} />
  return (
    <SecondStepForm
      verb="Continue"
      after={openAccountAgain}
      onDone={question.answered}
      back={{ verb: 'Cancel', act: question.givenUp }}
    />
  )
}

/** Who has no password here proves who they are at the provider, and comes back to this page. */
function AskTheCompany({ name, onCancel }: { name: string; onCancel: () => void }) {
  const next = `${window.location.pathname}${window.location.search}`
  return (
    <Stack>
      <Text size="sm">
        You signed in a while ago. Sign in with {name} again; you then come back to this page.
      </Text>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button component="a" href={companySignInPath({ next, again: true })}>
          Continue with {name}
        </Button>
      </Group>
    </Stack>
  )
}

/** A new session opens the account that was open last, which another window may have changed. */
async function openAccountAgain(): Promise<void> {
  const signedIn = queryClient.getQueryData(sessionQuery.queryKey)?.signed_in
  if (signedIn?.account) await switchAccount(signedIn.account.id)
}

function PasswordForm({ question, onHalfWay }: { question: Question; onHalfWay: () => void }) {
  const signedIn = queryClient.getQueryData(sessionQuery.queryKey)?.signed_in
  const email = signedIn?.user.email ?? ''
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: (password) => (password ? null : 'Enter your password.') },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    async send({ password }) {
      const { secondStep } = await signIn(email, password)
      if (!secondStep) await openAccountAgain()
      return secondStep
    },
    onDone: (secondStep) => (secondStep ? onHalfWay() : question.answered()),
  })
  return (
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
          <Button variant="default" onClick={question.givenUp}>
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

/** A 401 may be about one thing only; the session itself tells whether anybody is still signed in. */
async function leaveIfSignedOut() {
  const session = await get<Session>('/api/session')
  if (session.signed_in === null) goToSignIn()
}
