import { Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { rotateSecret } from '../../api/webhooks.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { Failure } from '../../shell/failure.tsx'
import { tell } from '../../shell/toasts.ts'
import { useSubmit } from '../../shell/use-submit.ts'

interface RotateSecretProps {
  webhookId: string
  onRotated: (secret: string) => void
}

const mostHours = 168

export function RotateSecret({ webhookId, onRotated }: RotateSecretProps) {
  const [opened, dialog] = useDisclosure(false)
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        Rotate secret
      </Button>
      <Modal opened={opened} onClose={dialog.close} title="Rotate the secret?">
        <RotateForm
          webhookId={webhookId}
          onCancel={dialog.close}
          onRotated={(secret) => {
            dialog.close()
            onRotated(secret)
            tell('Secret rotated. Copy the new one to your receiver.')
          }}
        />
      </Modal>
    </>
  )
}

function RotateForm({ webhookId, onRotated, onCancel }: RotateSecretProps & { onCancel: () => void }) {
  const form = useForm<{ overlap_hours: number | string }>({
    mode: 'controlled',
    initialValues: { overlap_hours: 24 },
    validate: {
      overlap_hours: (hours) =>
        typeof hours === 'number' && hours >= 0 && hours <= mostHours
          ? null
          : `Enter a number from 0 to ${mostHours}.`,
    },
  })
  const { submit, pending, failure } = useSubmit({
    form,
    send: ({ overlap_hours }) => rotateSecret(webhookId, Number(overlap_hours)),
    onDone: onRotated,
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">
          You get a new secret. For the hours that you choose, deliveries carry a signature by each of the
          two, so that nothing is lost while you change the receiver. With 0 the current secret is worth
          nothing at once.
        </Text>
        <NumberInput
          label="Hours that the current secret is still good for"
          min={0}
          max={mostHours}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="none"
          data-autofocus
          {...form.getInputProps('overlap_hours')}
        />
        <Failure message={failure} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel} disabled={pending}>
            Cancel
          </Button>
          <ActButton type="submit" color="red.9" loading={pending}>
            Rotate secret
          </ActButton>
        </Group>
      </Stack>
    </form>
  )
}
