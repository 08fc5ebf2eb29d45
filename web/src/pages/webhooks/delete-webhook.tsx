import { Button, List } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { queryClient } from '../../api/query-client.ts'
import { deleteWebhook, forgetWebhooks, type Webhook, webhookQuery } from '../../api/webhooks.ts'
import { Confirmation } from '../../shell/confirmation.tsx'
import { tell } from '../../shell/toasts.ts'
import { addressOf } from './naming.ts'

export function DeleteWebhook({ webhook: { id, target_url } }: { webhook: Webhook }) {
  const [opened, dialog] = useDisclosure(false)
  const navigate = useNavigate()
  const deleting = useMutation({
    mutationFn: () => deleteWebhook(id),
    async onSuccess() {
      await navigate({ to: '/settings/integrations/webhooks' })
      queryClient.removeQueries({ queryKey: webhookQuery(id).queryKey })
      await forgetWebhooks()
      tell('Webhook deleted')
    },
  })
  return (
    <>
      <Button variant="subtle" color="gray" c="var(--mantine-color-error)" onClick={dialog.open}>
        Delete webhook
      </Button>
      <Confirmation
        opened={opened}
        title="Delete the webhook?"
        verb="Delete webhook"
        pending={deleting.isPending}
        onConfirm={() => deleting.mutate()}
        onClose={dialog.close}
      >
        <List size="sm" spacing={4}>
          <List.Item>Nothing more is sent to {addressOf(target_url)}.</List.Item>
          <List.Item>What waits to be delivered is canceled.</List.Item>
          <List.Item>Its secret and its deliveries are no longer shown.</List.Item>
        </List>
      </Confirmation>
    </>
  )
}
