import { List, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { RestKey } from '../../api/rest-access.ts'
import { revokeNamedKey } from '../../api/rest-keys.ts'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'
import { keyInWords } from './key-name.ts'

interface RevokeDialogProps {
  restKey: RestKey
  opened: boolean
  onClose: () => void
  onRevoked: () => void
}

export function RevokeDialog({ restKey, opened, onClose, onRevoked }: RevokeDialogProps) {
  const revoking = useMutation({
    mutationFn: () => revokeNamedKey(restKey.id),
    onSuccess() {
      onRevoked()
      tell('Key revoked')
    },
  })
  return (
    <Confirmation
      opened={opened}
      title={`Revoke ${keyInWords(restKey)}?`}
      verb="Revoke key"
      pending={revoking.isPending}
      onConfirm={() => revoking.mutate()}
      onClose={onClose}
    >
      <List size="sm" spacing={4}>
        <List.Item>It stops working immediately, for good.</List.Item>
        <List.Item>Every integration that uses it fails from now on.</List.Item>
        <List.Item>It leaves this list. What was done with it stays in the audit log.</List.Item>
      </List>
      <Text size="sm" mt="sm">
        To stop it for a while only, disable it instead.
      </Text>
    </Confirmation>
  )
}
