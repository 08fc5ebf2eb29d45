import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { changeWebhook, webhookQuery } from '../../api/webhooks.ts'
import { Page } from '../../shell/page.tsx'
import { tell } from '../../shell/toasts.ts'
import { ForAdmins, toWebhooks } from './for-admins.tsx'
import { FoundWebhook } from './found-webhook.tsx'
import { WebhookForm } from './webhook-form.tsx'

export function EditWebhookPage() {
  const { id } = useParams({ from: '/shell/settings/integrations/webhooks/$id/edit' })
  return (
    <ForAdmins>
      <EditWebhook id={id} />
    </ForAdmins>
  )
}

function EditWebhook({ id }: { id: string }) {
  const webhook = useQuery(webhookQuery(id))
  const navigate = useNavigate()
  return (
    <Page title="Edit webhook" crumbs={toWebhooks}>
      <FoundWebhook query={webhook}>
        {(known) => (
          <WebhookForm
            existing={known}
            verb="Save changes"
            send={(fields) => changeWebhook(id, fields)}
            onDone={() => {
              tell('Webhook saved')
              navigate({ to: '/settings/integrations/webhooks/$id', params: { id } })
            }}
            cancelTo={{ id }}
          />
        )}
      </FoundWebhook>
    </Page>
  )
}
