import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { sessionQuery } from '../../api/session.ts'
import { safeNext } from '../../format/safe-next.ts'
import { EntryPage } from '../../shell/entry-page.tsx'
import { Failure } from '../../shell/failure.tsx'
import { SecondStepForm } from '../../shell/second-step-form.tsx'
import { problemInWords } from './company-problems.ts'
import { OtherWays } from './other-ways.tsx'
import { PasswordForm } from './password-form.tsx'

export function SignInPage() {
  const { next, email = '', problem } = useSearch({ from: '/sign-in' })
  const ways = useQuery(sessionQuery).data?.sign_in
  const [asksForCode, setAsksForCode] = useState(false)
  // A page load, because the place to go on to may be one that the server renders.
  const goOn = () => window.location.assign(safeNext(next, window.location.origin))
  return (
    <EntryPage title="Sign in">
      {asksForCode ? (
        <SecondStepForm
          verb="Sign in"
          onDone={goOn}
          back={{ verb: 'Back', act: () => setAsksForCode(false) }}
        />
      ) : (
        <>
          <Failure message={problemInWords(problem, ways?.company?.name ?? 'your company account')} />
          {ways?.password && (
            <PasswordForm email={email} onDone={goOn} onHalfWay={() => setAsksForCode(true)} />
          )}
          <OtherWays next={next} onDone={goOn} />
        </>
      )}
    </EntryPage>
  )
}
