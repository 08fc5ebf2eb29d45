/** What is checked of a page of the router. */
export interface Looked {
  /** Its address; the path itself unless it has parameters. */
  at?: string
  /** Shown when the page is there. */
  heading?: string | RegExp
  /** Whom it is for; everybody who is signed in unless it says otherwise. */
  as?: 'nobody' | 'admin'
  /** What is pressed, one after the other, for a dialog, a menu or a part of the page. */
  opens?: (Name | Name[])[]
}

export type Name = string | RegExp

const moreForKey = 'More for the key Website'

/** Of the records that some pages are about. */
export interface Ids {
  webhook: string
  contact: string
  namedKey: string
  invitation: string
  member: string
}

/** Every route of `web/src/router.tsx`; one that is missing here fails a test. */
export const pagesOf = (ids: Ids): Record<string, Looked> => ({
  '/setup': { as: 'nobody', at: '/sign-in' },
  '/sign-in': { as: 'nobody', heading: 'Sign in', opens: ['Sign in'] },
  '/forgot-password': { as: 'nobody' },
  '/reset-password': { as: 'nobody', at: '/reset-password?token=unknown' },
  '/invitations/$id': { as: 'nobody', at: `/invitations/${ids.invitation}` },
  '/': { heading: 'Integrations' },
  '/settings': { heading: 'Integrations', opens: [/your menu$/] },
  '/settings/integrations': { heading: 'Integrations' },
  '/settings/integrations/rest-api': {
    heading: 'REST API',
    opens: [
      'Rotate API key',
      'Disable',
      'Revoke the main key',
      'Turn on strict emulation',
      'Show key',
      moreForKey,
      [moreForKey, 'Show key'],
      [moreForKey, 'Rotate'],
      [moreForKey, 'Disable'],
      [moreForKey, 'Revoke'],
    ],
  },
  '/settings/integrations/rest-api/keys/new': {
    as: 'admin',
    opens: [['Chosen by area', 'Chosen pipelines', 'On a date', 'Create key']],
  },
  '/settings/integrations/rest-api/keys/$id': {
    as: 'admin',
    at: `/settings/integrations/rest-api/keys/${ids.namedKey}`,
    heading: 'Change key',
  },
  '/settings/integrations/sandbox': { as: 'admin', heading: 'Sandbox' },
  '/outbox': { heading: 'Outbox' },
  '/settings/integrations/webhooks': { heading: 'Webhooks' },
  '/settings/integrations/webhooks/new': { as: 'admin', opens: [['Chosen events', 'Add webhook']] },
  '/settings/integrations/webhooks/$id': {
    as: 'admin',
    at: `/settings/integrations/webhooks/${ids.webhook}`,
    heading: 'Accounting',
    opens: [
      /^contact\.created/,
      'Send test event',
      'Rotate secret',
      'Deliver a time range again',
      'Delete webhook',
      'Event',
    ],
  },
  '/settings/integrations/webhooks/$id/edit': {
    as: 'admin',
    at: `/settings/integrations/webhooks/${ids.webhook}/edit`,
  },
  '/settings/people': {
    heading: 'People',
    opens: [
      'Invite people',
      /change the role of Ash Park/,
      /Remove Ash Park/,
      'More for Ash Park',
      ['More for Ash Park', 'Sign out everywhere'],
      'Cancel the invitation for new@example.com',
      'Send again for new@example.com',
    ],
  },
  '/settings/people/$id/permissions': {
    at: `/settings/people/${ids.member}/permissions`,
    heading: /^Permissions/,
    opens: [
      'Give one pipeline its own rights',
      ['Give one pipeline its own rights', 'Leasing', 'Open: Leasing', 'Company'],
    ],
  },
  '/settings/company': { heading: 'Company', opens: ['Time zone'] },
  '/settings/audit-log': { as: 'admin', heading: 'Audit log', opens: [/^Invited/] },
  '/settings/profile': {
    heading: 'Your profile',
    opens: ['Change password', 'Turn on two-factor sign-in', 'Add a passkey'],
  },
  '/$resource/$id': { at: `/contacts/${ids.contact}`, heading: 'Rosa Field' },
})
