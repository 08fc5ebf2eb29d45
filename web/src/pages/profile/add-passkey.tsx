import { Modal } from '@mantine/core'
import { addPasskey, passkeysQuery } from '../../api/passkeys.ts'
import { queryClient } from '../../api/query-client.ts'
import { deviceInWords } from '../../format/device.ts'
import { tell } from '../../shell/toasts.ts'
import { PasskeyNameForm } from './passkey-name-form.tsx'

export function AddPasskey({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Add a passkey">
      <PasskeyNameForm
        explanation="Your browser then asks where to keep it, and for your fingerprint, face or screen lock."
        name={deviceInWords(navigator.userAgent)}
        verb="Add passkey"
        send={addPasskey}
        onDone={(name) => {
          onClose()
          queryClient.invalidateQueries({ queryKey: passkeysQuery.queryKey })
          tell(`Passkey “${name}” added`)
        }}
        onCancel={onClose}
      />
    </Modal>
  )
}
