import type { Role } from '../../api/session.ts'

export const roleNames: Record<Role, string> = { admin: 'Admin', member: 'Member' }

export const roleExplanations: Record<Role, string> = {
  admin: 'Manages people, company settings and the REST API key, beside the daily work.',
  member:
    'Does the daily work, in all that you open to them. Sees the settings, but cannot change them and never sees the key.',
}
