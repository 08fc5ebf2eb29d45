import { Modal } from '@mantine/core'
import { useState } from 'react'
import { queryClient } from '../../api/query-client.ts'
import { renewRecoveryCodes, twoFactorQuery } from '../../api/two-factor.ts'
import { ProofForm } from './proof-form.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'

interface DialogProps {
  hasPassword: boolean
  opened: boolean
  onClose: () => void
}

export function NewCodesDialog({ hasPassword, opened, onClose }: DialogProps) {
  const [codes, setCodes] = useState<string[] | null>(null)
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setCodes(null)}
      title={codes ? 'Your new recovery codes' : 'Make new recovery codes'}
      closeOnClickOutside={codes === null}
    >
      {codes ? (
        <RecoveryCodes codes={codes} onDone={onClose} />
      ) : (
        <ProofForm
          explanation="You get ten new codes. The old ones stop working at once."
          hasPassword={hasPassword}
          verb="Make new codes"
          send={renewRecoveryCodes}
          onDone={({ recovery_codes }) => {
            setCodes(recovery_codes)
            queryClient.invalidateQueries({ queryKey: twoFactorQuery.queryKey })
          }}
          onCancel={onClose}
        />
      )}
    </Modal>
  )
}
