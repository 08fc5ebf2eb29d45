import { useMutation } from '@tanstack/react-query'
import { updateWebhook, type Webhook } from '../../api/webhooks.ts'
import { ActButton } from '../../shell/act-button.tsx'
import { tell } from '../../shell/toasts.ts'

interface SwitchStatusProps {
  webhook: Webhook
  to: 'active' | 'paused'
  verb: string
  done: string
}

export function SwitchStatus({ webhook, to, verb, done }: SwitchStatusProps) {
  const switching = useMutation({
    mutationFn: () => updateWebhook(webhook.id, { status: to }),
    onSuccess() {
      tell(done)
      // The button goes away with the state that it ended.
      document.querySelector('h1')?.focus({ preventScroll: true })
    },
  })
  return (
    <ActButton variant="default" loading={switching.isPending} onClick={() => switching.mutate()}>
      {verb}
    </ActButton>
  )
}
