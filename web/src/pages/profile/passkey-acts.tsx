import { Button, Modal, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { type Passkey, passkeysQuery, removePasskey, renamePasskey } from '../../api/passkeys.ts'
import { queryClient } from '../../api/query-client.ts'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'
import { PasskeyNameForm } from './passkey-name-form.tsx'

export function PasskeyActs({ passkey }: { passkey: Passkey }) {
  const [renaming, rename] = useDisclosure(false)
  const [removing, removal] = useDisclosure(false)
  const remove = useMutation({
    mutationFn: () => removePasskey(passkey.id),
    onSuccess() {
      removal.close()
      refresh()
      tell(`Passkey “${passkey.name}” removed`)
    },
  })
  return (
    <>
      <Button
        variant="subtle"
        size="compact-sm"
        fw={500}
        onClick={rename.open}
        aria-label={`Rename ${passkey.name}`}
      >
        Rename
      </Button>
      <Button
        variant="subtle"
        color="gray"
        c="var(--mantine-color-error)"
        size="compact-sm"
        fw={500}
        onClick={removal.open}
        aria-label={`Remove ${passkey.name}`}
      >
        Remove
      </Button>
      <Modal opened={renaming} onClose={rename.close} title="Rename the passkey">
        <PasskeyNameForm
          name={passkey.name}
          verb="Rename"
          send={(name) => renamePasskey(passkey.id, name)}
          onDone={() => {
            rename.close()
            refresh()
          }}
          onCancel={rename.close}
        />
      </Modal>
      <Confirmation
        opened={removing}
        title={`Remove “${passkey.name}”?`}
        verb="Remove passkey"
        pending={remove.isPending}
        onConfirm={() => remove.mutate()}
        onClose={removal.close}
      >
        <Text size="sm">
          It signs you in no more. Your device may still show it; delete it there as well.
        </Text>
      </Confirmation>
    </>
  )
}

function refresh() {
  queryClient.invalidateQueries({ queryKey: passkeysQuery.queryKey })
}
