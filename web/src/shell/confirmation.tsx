import { Button, Group, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { ActButton } from './act-button.tsx'

interface ConfirmationProps {
  opened: boolean
  title: string
  /** The verb on the button that does it. */
  verb: string
  cancel?: string
  pending: boolean
  onConfirm: () => void
  onClose: () => void
  /** Once it cannot be seen any more. */
  onClosed?: () => void
  children: ReactNode
}

/** Asks before an act that destroys something; Cancel has the focus. */
export function Confirmation(props: ConfirmationProps) {
  const { opened, title, verb, cancel = 'Cancel', pending, onConfirm, onClose, onClosed, children } = props
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      {...(onClosed ? { onExitTransitionEnd: onClosed } : {})}
      title={title}
      closeOnEscape={!pending}
      closeOnClickOutside={!pending}
    >
      <Stack gap="lg">
        <div>{children}</div>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} disabled={pending} data-autofocus>
            {cancel}
          </Button>
          <ActButton color="red.9" onClick={onConfirm} loading={pending}>
            {verb}
          </ActButton>
        </Group>
      </Stack>
    </Modal>
  )
}
