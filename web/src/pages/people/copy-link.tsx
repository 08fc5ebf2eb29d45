import { Button, Modal, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { copyText } from '../../shell/copy-text.ts'
import { tell } from '../../shell/toasts.ts'

export function CopyLink({ link, prominent = false }: { link: string; prominent?: boolean }) {
  const [byHand, dialog] = useDisclosure(false)
  const copying = useMutation({
    mutationFn: () => copyText(Promise.resolve(link)),
    onSuccess({ copied }) {
      if (copied) tell('Link copied')
      else dialog.open()
    },
  })
  return (
    <>
      <Button
        variant={prominent ? 'filled' : 'subtle'}
        size={prominent ? 'sm' : 'compact-sm'}
        fw={prominent ? undefined : 500}
        onClick={() => copying.mutate()}
      >
        Copy link
      </Button>
      <Modal opened={byHand} onClose={dialog.close} title="Copy this link">
        <Text size="sm" mb="sm">
          This browser does not let the page copy by itself. The link is selected: copy it with the keyboard.
        </Text>
        <TextInput
          label="Invitation link"
          value={link}
          readOnly
          data-autofocus
          onFocus={(event) => event.currentTarget.select()}
        />
      </Modal>
    </>
  )
}
