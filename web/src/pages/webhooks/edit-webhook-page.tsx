import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { updateWebhook, webhookQuery } from '../../api/webhooks.ts'
import { AdminsOnly } from '../../shell/admins-only.tsx'
import { ButtonLink } from '../../shell/links.tsx'
import { Loaded } from '../../shell/loaded.tsx'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.tsx'
import { tell } from '../../shell/toasts.ts'
import { FormParts, FormSkeleton } from './form-parts.tsx'
import { onlyAdmins, webhooks } from './frame.ts'
import { WebhookForm } from './webhook-form.tsx'

export function EditWebhookPage() {
  const isAdmin = useSignedIn().role === 'admin'
  return (
    <Page title="Edit the webhook" crumbs={webhooks}>
      {isAdmin ? <EditWebhook /> : <AdminsOnly {...onlyAdmins} />}
    </Page>
  )
}

function EditWebhook() {
  const { id } = useParams({ from: '/shell/settings/integrations/webhooks/$id/edit' })
  const webhook = useQuery(webhookQuery(id))
  const navigate = useNavigate()
  return (
    <Loaded query={webhook} skeleton={<FormSkeleton />}>
      {(known) => (
        <FormParts>
          {(parts) => (
            <WebhookForm
              {...parts}
              webhook={known}
              verb="Save"
              send={(fields) => updateWebhook(id, fields)}
              onDone={() => {
                tell('Webhook saved')
                navigate({ to: '/settings/integrations/webhooks/$id', params: { id } })
              }}
              cancel={
                <ButtonLink to="/settings/integrations/webhooks/$id" params={{ id }} variant="default">
                  Cancel
                </ButtonLink>
              }
            />
          )}
        </FormParts>
      )}
    </Loaded>
  )
}
