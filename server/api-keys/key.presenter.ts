import type { AccessSettings } from './access-settings.ts'
import type { Admin } from './admins.ts'
import type { MainKey } from './key.store.ts'
import { maskKey } from './key-format.ts'

/** Where the API, its reference and its support are. */
export interface Places {
  baseUrl: string
  support: string | null
}

/** What an admin sees of the account's REST API access. */
export function presentAccess(
  access: { key: MainKey | null; settings: AccessSettings; admins: Admin[] },
  places: Places,
) {
  const { key, settings, admins } = access
  return {
    may_manage: true,
    enabled: key !== null,
    base_url: places.baseUrl,
    reference_url: referenceUrl,
    support: places.support,
    key: key && presentKey(key),
    settings: {
      cors_origins: settings.corsOrigins,
      requests_per_minute: settings.requestsPerMinute,
      records_per_minute: settings.recordsPerMinute,
      strict_emulation: settings.strictEmulation,
    },
    admins: admins.map(presentAdmin),
  }
}

/** What everyone else sees: nothing of the key, and whom to ask. */
export function presentAccessToMember(access: { key: MainKey | null; admins: Admin[] }, places: Places) {
  return {
    may_manage: false,
    enabled: access.key !== null,
    reference_url: referenceUrl,
    support: places.support,
    admins: access.admins.map(presentAdmin),
  }
}

const referenceUrl = '/api_docs'

function presentKey(key: MainKey) {
  return {
    masked: maskKey(key.lastFour),
    last_four: key.lastFour,
    created_at: isoTime(key.createdAt),
    created_by: { name: key.createdBy.name },
    last_rotated_at: key.rotatedAt === null ? null : isoTime(key.rotatedAt),
    last_used_at: key.lastUsedAt === null ? null : isoTime(key.lastUsedAt),
  }
}

function presentAdmin(admin: Admin) {
  return { name: admin.name, email: admin.email }
}

function isoTime(at: number): string {
  return new Date(at).toISOString()
}
