/** What the audit log tells apart at a glance. */
export const auditKinds = ['sign_ins', 'people', 'keys', 'webhooks', 'company'] as const

export type AuditKind = (typeof auditKinds)[number]

/**
 * Every act that is recorded, with what a person reads of it. It is the one list: what `recordAudit` takes,
 * what the API documents and filters by, and the words on the page.
 */
export const auditActions = {
  'user.signed_in': act('sign_ins', 'Signed in'),
  'user.sign_in_failed': act('sign_ins', 'Failed to sign in'),
  'user.signed_out': act('sign_ins', 'Signed out'),
  'user.password_changed': act('sign_ins', 'Changed their password'),
  'user.password_reset_requested': act('sign_ins', 'Asked for a link to choose a new password'),
  'user.password_reset': act('sign_ins', 'Chose a new password by a link'),
  'user.two_factor_enabled': act('sign_ins', 'Turned two-factor sign-in on'),
  'user.two_factor_disabled': act('sign_ins', 'Turned two-factor sign-in off'),
  'user.recovery_codes_renewed': act('sign_ins', 'Made new recovery codes'),
  'user.recovery_code_used': act('sign_ins', 'Used a recovery code'),
  'user.second_step_failed': act('sign_ins', 'Failed at the second step of a sign-in'),
  'user.passkey_added': act('sign_ins', 'Added a passkey'),
  'user.passkey_renamed': act('sign_ins', 'Renamed a passkey'),
  'user.passkey_removed': act('sign_ins', 'Removed a passkey'),
  'user.company_identity_linked': act('sign_ins', 'Signed in with the company identity for the first time'),
  'user.session_ended': act('sign_ins', 'Signed another browser of theirs out'),
  'user.other_sessions_ended': act('sign_ins', 'Signed all their other browsers out'),
  'user.invited': act('people', 'Invited a person'),
  'invitation.resent': act('people', 'Sent an invitation again'),
  'invitation.canceled': act('people', 'Cancelled an invitation'),
  'user.joined': act('people', 'Joined the company'),
  'user.role_changed': act('people', 'Changed the role of a person'),
  'user.permissions_changed': act('people', 'Changed what a person may see and do'),
  'user.sessions_ended': act('people', 'Signed a person out everywhere'),
  'user.two_factor_reset': act('people', 'Turned the two-factor sign-in of a person off'),
  'user.removed': act('people', 'Removed a person'),
  'api_key.enabled': act('keys', 'Turned REST API access on'),
  'api_key.created': act('keys', 'Created an API key'),
  'api_key.changed': act('keys', 'Changed an API key'),
  'api_key.revealed': act('keys', 'Showed or copied an API key'),
  'api_key.rotated': act('keys', 'Rotated an API key'),
  'api_key.disabled': act('keys', 'Disabled an API key'),
  'api_key.resumed': act('keys', 'Enabled an API key again'),
  'api_key.revoked': act('keys', 'Revoked an API key'),
  'api_key.exposed': act('keys', 'Learned that an API key was exposed'),
  'rest_access.settings_changed': act('keys', 'Changed the settings of REST API access'),
  'webhook_subscription.created': act('webhooks', 'Created a webhook'),
  'webhook_subscription.changed': act('webhooks', 'Changed a webhook'),
  'webhook_subscription.deleted': act('webhooks', 'Deleted a webhook'),
  'webhook_subscription.restored': act('webhooks', 'Restored a webhook'),
  'webhook_subscription.secret_rotated': act('webhooks', 'Rotated the secret of a webhook'),
  'webhook_subscription.secret_shown': act('webhooks', 'Showed or copied the secret of a webhook'),
  'webhook_subscription.paused': act('webhooks', 'Paused a webhook'),
  'webhook_subscription.resumed': act('webhooks', 'Resumed a webhook'),
  'webhook_subscription.disabled': act('webhooks', 'Disabled a webhook'),
  'account.created': act('company', 'Created the company'),
  'sandbox.created': act('company', 'Created the sandbox'),
  'sandbox.reset': act('company', 'Reset the sandbox'),
  'account.changed': act('company', 'Changed the company'),
} as const

export type AuditAction = keyof typeof auditActions

/** The acts of these kinds. */
export function actionsOf(kinds: readonly AuditKind[]): AuditAction[] {
  const all = Object.keys(auditActions) as AuditAction[]
  return all.filter((action) => kinds.includes(auditActions[action].kind))
}

function act(kind: AuditKind, summary: string) {
  return { kind, summary }
}
