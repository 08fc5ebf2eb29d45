import { Modal } from '@mantine/core'
import { queryClient } from '../../api/query-client.ts'
import { disableTwoFactor, twoFactorQuery } from '../../api/two-factor.ts'
import { tell } from '../../shell/toasts.ts'
import { ProofForm } from './proof-form.tsx'

interface DialogProps {
  hasPassword: boolean
  opened: boolean
  onClose: () => void
}

export function TurnOffTwoFactor({ hasPassword, opened, onClose }: DialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Turn off two-factor sign-in?">
      <ProofForm
        explanation="Your password alone signs you in from then on, and your recovery codes stop working."
        hasPassword={hasPassword}
        verb="Turn off"
        danger
        send={disableTwoFactor}
        onDone={() => {
          onClose()
          queryClient.invalidateQueries({ queryKey: twoFactorQuery.queryKey })
          tell('Two-factor sign-in is off')
        }}
        onCancel={onClose}
      />
    </Modal>
  )
}
