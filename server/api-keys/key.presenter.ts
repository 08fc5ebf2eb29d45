import { actions, areas } from '../access/scopes.ts'
import { readOnlyAreas } from '../resource-layer/access.ts'
import type { ManagedSettings } from './access-settings.store.ts'
import type { Admin } from './admins.ts'
import type { KeyChoices } from './key.choices.ts'
import { type ApiKey, statusOf } from './key.ts'
import type { DayCount } from './key-days.ts'
import { maskKey } from './key-format.ts'

/** Where the API, its reference and its support are. */
export interface Places {
  baseUrl: string
  support: string | null
  /** From where the one who asks was seen to come. */
  visitorAddress: string | null
}

/** What an admin sees of the account's REST API access. */
export function presentAccess(
  access: {
    main: ApiKey | null
    named: ApiKey[]
    days: ReadonlyMap<string, DayCount[]>
    choices: KeyChoices
    settings: ManagedSettings
    admins: Admin[]
  },
  places: Places,
) {
  const { main, named, days, choices, settings, admins } = access
  const shown = (key: ApiKey) => presentKey(key, days.get(key.id) ?? [])
  return {
    may_manage: true,
    enabled: main !== null || named.length > 0,
    base_url: places.baseUrl,
    reference_url: referenceUrl,
    support: places.support,
    key: main && shown(main),
    keys: named.map(shown),
    areas: Object.entries(areas).map(([name, [title, description]]) => ({
      name,
      title,
      description,
      actions: isReadOnly(name) ? ['read'] : actions,
    })),
    pipelines: choices.pipelines,
    process_types: choices.processTypes,
    settings: {
      cors_origins: settings.corsOrigins,
      requests_per_minute: settings.requestsPerMinute,
      records_per_minute: settings.recordsPerMinute,
      strict_emulation: settings.strictEmulation,
      revoke_exposed_keys: settings.revokeExposedKeys,
    },
    admins: admins.map(presentAdmin),
    your_address: places.visitorAddress,
  }
}

/** What everyone else sees: nothing of the keys, and whom to ask. */
export function presentAccessToMember(access: { keys: ApiKey[]; admins: Admin[] }, places: Places) {
  return {
    may_manage: false,
    enabled: access.keys.length > 0,
    reference_url: referenceUrl,
    support: places.support,
    admins: access.admins.map(presentAdmin),
  }
}

const referenceUrl = '/api_docs'

/** @param days how many requests it made, the oldest day first */
export function presentKey(key: ApiKey, days: DayCount[]) {
  const { limits } = key
  return {
    id: key.id,
    name: key.name,
    is_main: key.isMain,
    masked: maskKey(key.lastFour, key.kind),
    last_four: key.lastFour,
    status: statusOf({ disabledAt: key.disabledAt, expiresAt: limits.expiresAt }, Date.now()),
    created_at: isoTime(key.createdAt),
    created_by: { name: key.createdBy.name },
    last_rotated_at: timeOrNull(key.rotatedAt),
    previous_works_until: timeOrNull(key.previousWorksUntil),
    last_used_at: timeOrNull(key.lastUsedAt),
    last_used_from: key.lastUsedFrom,
    expires_at: timeOrNull(limits.expiresAt),
    disabled_at: timeOrNull(key.disabledAt),
    exposed_at: timeOrNull(key.exposedAt),
    scopes: limits.scopes,
    pipeline_ids: limits.pipelineIds,
    process_type_ids: limits.processTypeIds,
    allowed_addresses: limits.allowedAddresses,
    requests_per_minute: limits.requestsPerMinute,
    requests: days.map(({ day, requests }) => ({ date: day, count: requests })),
  }
}

const isReadOnly = (name: string) => readOnlyAreas.some((area) => area === name)

function presentAdmin(admin: Admin) {
  return { name: admin.name, email: admin.email }
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at)
}

function isoTime(at: number): string {
  return new Date(at).toISOString()
}
