import { Modal } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ApiError } from '../api/api-error.ts'
import { get, handleSessionTrouble } from '../api/client.ts'
import type { Session } from '../api/session.ts'
import { ConfirmAgain } from './confirm-again.tsx'
import { goToSignIn } from './leave.ts'

interface Question {
  answered: () => void
  givenUp: () => void
}

/** Asks who it is again when a call needs a recent sign-in; the call then goes on by itself. */
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
      {question && <ConfirmAgain onDone={question.answered} onCancel={question.givenUp} />}
    </Modal>
  )
}

/** A 401 may be about one thing only; the session itself tells whether anybody is still signed in. */
async function leaveIfSignedOut() {
  const session = await get<Session>('/api/session')
  if (session.signed_in === null) goToSignIn()
}
