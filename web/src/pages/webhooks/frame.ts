import type { Crumb } from '../../shell/page.tsx'

export const integrations: Crumb[] = [
  { label: 'Settings' },
  { label: 'Integrations', to: '/settings/integrations' },
]

export const webhooks: Crumb[] = [
  ...integrations,
  { label: 'Webhooks', to: '/settings/integrations/webhooks' },
]

export const onlyAdmins = {
  title: 'Only account admins can manage webhooks',
  text: "They send the account's data to other programs as it changes.",
}
