import { Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { rotateSecret, type Webhook } from '../../api/webhooks.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'
import { tell } from '../../shell/toasts.ts'
import { useSubmit } from '../../shell/use-submit.ts'

interface RotateSecretProps {
  webhook: Webhook
  onRotated: (secret: string) => void
}

export function RotateSecret({ webhook, onRotated }: RotateSecretProps) {
  const [opened, dialog] = useDisclosure(false)
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        Rotate secret
      </Button>
      <Modal opened={opened} onClose={dialog.close} title="Rotate the secret?">
        <RotateForm
          webhook={webhook}
          onCancel={dialog.close}
          onRotated={(secret) => {
            dialog.close()
            onRotated(secret)
            tell('Secret rotated. Copy the new one to the program.')
          }}
        />
      </Modal>
    </>
  )
}

function RotateForm({ webhook, onRotated, onCancel }: RotateSecretProps & { onCancel: () => void }) {
  const form = useForm<{ overlap_hours: number | string }>({
    initialValues: { overlap_hours: 24 },
    validate: {
      overlap_hours: (hours) =>
        Number.isInteger(hours) && Number(hours) >= 0 && Number(hours) <= 168
          ? null
          : 'Enter a whole number from 0 to 168.',
    },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: ({ overlap_hours: hours }) => rotateSecret(webhook.id, Number(hours)),
    onDone: onRotated,
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">
          You get a new secret. For as long as you say, messages are signed with both, so that the program can
          be changed without losing one. Afterwards the old one is worth nothing.
        </Text>
        <NumberInput
          label="Hours with both secrets"
          description="0 to 168. Choose 0 when the old one may have been seen by somebody."
          allowDecimal={false}
          hideControls
          clampBehavior="none"
          data-autofocus
          {...form.getInputProps('overlap_hours')}
        />
        <Failure message={failure} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel} disabled={pending}>
            Cancel
          </Button>
          <ActButton color="red.9" type="submit" loading={pending}>
            Rotate secret
          </ActButton>
        </Group>
      </Stack>
    </form>
  )
}
