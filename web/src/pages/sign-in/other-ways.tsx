import { Button, Divider, Stack } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ApiError, sentenceFor } from '../../api/api-error.ts'
import { signInByPasskey, stopOffering } from '../../api/passkeys.ts'
import { sessionQuery } from '../../api/session.ts'
import { companySignInPath } from '../../api/sign-in.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'

/** What signs in without a password: a passkey, and the company's identity. */
export function OtherWays({ next, onDone }: { next: string | undefined; onDone: () => void }) {
  const ways = useQuery(sessionQuery).data?.sign_in
  const hasPasskeys = ways?.passkey === true && window.PublicKeyCredential !== undefined
  const signingIn = useMutation({
    mutationFn: () => signInByPasskey(),
    meta: { shownAtForm: true },
    onSuccess: onDone,
  })
  const [refusal, setRefusal] = useState<ApiError | null>(null)
  useOfferedPasskey({ isOffered: hasPasskeys, onDone, onFailed: setRefusal })
  const trouble = signingIn.error ?? refusal
  if (!hasPasskeys && !ways?.company) return null
  return (
    <Stack>
      {ways?.password && <Divider label="or" />}
      {ways?.company && (
        <Button
          component="a"
          href={companySignInPath({ next })}
          variant={ways.password ? 'default' : 'filled'}
        >
          Sign in with {ways.company.name}
        </Button>
      )}
      {hasPasskeys && (
        <ActButton variant="default" loading={signingIn.isPending} onClick={() => signingIn.mutate()}>
          Sign in with a passkey
        </ActButton>
      )}
      <Failure message={trouble && sentenceFor(trouble)} />
    </Stack>
  )
}

/** The browser lists passkeys under the e-mail field, where it can. */
function useOfferedPasskey(options: {
  isOffered: boolean
  onDone: () => void
  onFailed: (error: ApiError) => void
}) {
  const { isOffered, onDone, onFailed } = options
  const done = useRef(onDone)
  const failed = useRef(onFailed)
  done.current = onDone
  failed.current = onFailed
  useEffect(() => {
    if (!isOffered) return
    let isHere = true
    const offer = async () => {
      const canOffer = await window.PublicKeyCredential.isConditionalMediationAvailable?.()
      if (!canOffer || !isHere) return
      await signInByPasskey({ offered: true })
      if (isHere) done.current()
    }
    offer().catch((error: unknown) => {
      // Who chooses none is not told of it.
      if (isHere && error instanceof ApiError && error.code === 'passkey_refused') failed.current(error)
    })
    return () => {
      isHere = false
      stopOffering()
    }
  }, [isOffered])
}
