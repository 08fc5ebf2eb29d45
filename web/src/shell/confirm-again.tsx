import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { passkeysQuery } from '../api/passkeys.ts'
import { sessionQuery } from '../api/session.ts'
import { twoFactorQuery } from '../api/two-factor.ts'
import { ConfirmByPassword } from './confirm-by-password.tsx'
import { ConfirmOtherwise } from './confirm-otherwise.tsx'
import { openAccountAgain } from './open-account-again.ts'
import { SecondStepForm } from './second-step-form.tsx'

interface ConfirmAgainProps {
  onDone: () => void
  onCancel: () => void
}

/** Offers what this person can prove who they are by. */
export function ConfirmAgain({ onDone, onCancel }: ConfirmAgainProps) {
  const [asksForCode, setAsksForCode] = useState(false)
  const ways = useQuery(sessionQuery).data?.sign_in
  const twoFactor = useQuery(twoFactorQuery)
  const passkeys = useQuery(passkeysQuery)
  if (twoFactor.isPending || passkeys.isPending) return <Skeleton h={120} />
  if (asksForCode) {
    return (
      <SecondStepForm
        verb="Continue"
        after={openAccountAgain}
        onDone={onDone}
        back={{ verb: 'Cancel', act: onCancel }}
      />
    )
  }
  const hasPasskey =
    ways?.passkey === true &&
    window.PublicKeyCredential !== undefined &&
    (passkeys.data?.data.length ?? 0) > 0
  const hasPassword = ways?.password !== false && twoFactor.data?.has_password !== false
  return hasPassword ? (
    <ConfirmByPassword
      hasPasskey={hasPasskey}
      onHalfWay={() => setAsksForCode(true)}
      onDone={onDone}
      onCancel={onCancel}
    />
  ) : (
    <ConfirmOtherwise
      hasPasskey={hasPasskey}
      company={ways?.company ?? null}
      onDone={onDone}
      onCancel={onCancel}
    />
  )
}
