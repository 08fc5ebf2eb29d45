import { List } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { RestKey } from '../../api/rest-access.ts'
import { disableKey } from '../../api/rest-keys.ts'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'
import { keyInWords } from './key-name.ts'

interface DisableDialogProps {
  restKey: RestKey
  opened: boolean
  onClose: () => void
}

export function DisableDialog({ restKey, opened, onClose }: DisableDialogProps) {
  const disabling = useMutation({
    mutationFn: () => disableKey(restKey.id),
    onSuccess() {
      onClose()
      tell('Key disabled')
    },
  })
  return (
    <Confirmation
      opened={opened}
      title={`Disable ${keyInWords(restKey)}?`}
      verb="Disable key"
      pending={disabling.isPending}
      onConfirm={() => disabling.mutate()}
      onClose={onClose}
    >
      <List size="sm" spacing={4}>
        <List.Item>Every request with it is refused, from the next one on.</List.Item>
        <List.Item>The key stays as it is. Enable it again, and it works as before.</List.Item>
      </List>
    </Confirmation>
  )
}
