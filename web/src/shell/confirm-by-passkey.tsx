import type { ButtonProps } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { sentenceFor } from '../api/api-error.ts'
import { confirmByPasskey } from '../api/passkeys.ts'
import { ActButton } from './act-button.tsx'
import { Failure } from './failure.tsx'
import { openAccountAgain } from './open-account-again.ts'

interface ConfirmByPasskeyProps extends Pick<ButtonProps, 'variant'> {
  onDone: () => void
}

export function ConfirmByPasskey({ onDone, ...button }: ConfirmByPasskeyProps) {
  const confirming = useMutation({
    async mutationFn() {
      await confirmByPasskey()
      await openAccountAgain()
    },
    meta: { shownAtForm: true },
    onSuccess: onDone,
  })
  return (
    <>
      <ActButton loading={confirming.isPending} onClick={() => confirming.mutate()} {...button}>
        Continue with a passkey
      </ActButton>
      <Failure message={confirming.error && sentenceFor(confirming.error)} />
    </>
  )
}
