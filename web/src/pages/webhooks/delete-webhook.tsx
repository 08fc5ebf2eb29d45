import { Button, Group, List } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { deleteWebhook, type Webhook } from '../../api/webhooks.ts'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'
import { nameOf } from './names.ts'

export function DeleteWebhook({ webhook }: { webhook: Webhook }) {
  const [opened, dialog] = useDisclosure(false)
  const navigate = useNavigate()
  const deleting = useMutation({
    async mutationFn() {
      await deleteWebhook(webhook.id)
      await navigate({ to: '/settings/integrations/webhooks' })
    },
    onSuccess: () => tell('Webhook deleted'),
  })
  return (
    <Group>
      <Button variant="subtle" color="gray" c="var(--mantine-color-error)" ml={-18} onClick={dialog.open}>
        Delete webhook
      </Button>
      <Confirmation
        opened={opened}
        title={`Delete the webhook ${nameOf(webhook)}?`}
        verb="Delete webhook"
        pending={deleting.isPending}
        onConfirm={() => deleting.mutate()}
        onClose={dialog.close}
      >
        <List size="sm" spacing={4}>
          <List.Item>Nothing more is sent to {webhook.target_url}.</List.Item>
          <List.Item>What still waits to be delivered is not sent any more.</List.Item>
          <List.Item>To stop for a while only, pause it instead.</List.Item>
        </List>
      </Confirmation>
    </Group>
  )
}
