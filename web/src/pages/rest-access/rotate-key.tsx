import { Button, List, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { rotateKey } from '../../api/rest-access.ts'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'

export function RotateKey({ onRotated }: { onRotated: (secret: string) => void }) {
  const [opened, dialog] = useDisclosure(false)
  const rotating = useMutation({
    mutationFn: rotateKey,
    onSuccess(secret) {
      dialog.close()
      onRotated(secret)
      tell('API key rotated. Copy the new key to your integrations.')
    },
  })
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        Rotate API key
      </Button>
      <Confirmation
        opened={opened}
        title="Rotate the key?"
        verb="Rotate key"
        pending={rotating.isPending}
        onConfirm={() => rotating.mutate()}
        onClose={dialog.close}
      >
        <Text size="sm" mb="sm">
          You get a new key in place of the current one.
        </Text>
        <List size="sm" spacing={4}>
          <List.Item>The current key stops working immediately.</List.Item>
          <List.Item>Every integration that uses it fails until it is updated.</List.Item>
          <List.Item>This cannot be undone.</List.Item>
        </List>
      </Confirmation>
    </>
  )
}
