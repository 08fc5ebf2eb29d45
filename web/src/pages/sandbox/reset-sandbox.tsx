import { Button, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { type Filling, resetSandbox, type Sandbox } from '../../api/sandbox.ts'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'
import { FillingField } from './filling-field.tsx'
import { Working } from './working.tsx'

export function ResetSandbox({ sandbox }: { sandbox: Sandbox }) {
  const [opened, dialog] = useDisclosure(false)
  const [fill, setFill] = useState<Filling>(sandbox.filled_with)
  const resetting = useMutation({
    mutationFn: () => resetSandbox(fill),
    onSuccess: () => tell('Sandbox reset. Its keys go on working.'),
    onSettled: dialog.close,
  })
  return (
    <>
      <Button variant="default" onClick={dialog.open} disabled={sandbox.state === 'filling'}>
        Reset sandbox
      </Button>
      <Confirmation
        opened={opened}
        title="Reset the sandbox?"
        verb="Reset sandbox"
        pending={resetting.isPending}
        onConfirm={() => resetting.mutate()}
        onClose={dialog.close}
      >
        <Stack gap="md">
          <Text size="sm">
            Everything in it is deleted, its webhooks and its outbox as well. Its people, its settings and its
            keys stay. This cannot be undone.
          </Text>
          <FillingField value={fill} onChange={setFill} disabled={resetting.isPending} />
          <Working shown={resetting.isPending} />
        </Stack>
      </Confirmation>
    </>
  )
}
