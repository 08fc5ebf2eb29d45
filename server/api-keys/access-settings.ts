/** What an account's admins set for its REST API, with what the API needs of the account on every request. */
export interface AccessSettings {
  /** Origins whose pages may call the API: `['*']` for any, none when empty. */
  corsOrigins: string[]
  requestsPerMinute: number
  /** How many records may be read in a minute; null for no limit. */
  recordsPerMinute: number | null
  /** Whether keys get the API as strict as the one it is compatible with (`rest/emulation.ts`). */
  strictEmulation: boolean
  /** An IANA name. */
  timeZone: string
}

/** The columns of `account_settings` that the settings are read from. */
export interface AccessSettingsRow {
  cors_origins: string
  requests_per_minute: number | null
  records_per_minute: number | null
  strict_emulation: number
  time_zone: string
}

/** What holds for an account whose admins have set nothing. */
export const defaultRequestsPerMinute = 6000

/** The settings as stored in `account_settings`, where `cors_origins` is a JSON array. */
export function accessSettingsOf(row: AccessSettingsRow): AccessSettings {
  return {
    corsOrigins: JSON.parse(row.cors_origins),
    requestsPerMinute: row.requests_per_minute ?? defaultRequestsPerMinute,
    recordsPerMinute: row.records_per_minute,
    strictEmulation: row.strict_emulation === 1,
    timeZone: row.time_zone,
  }
}
