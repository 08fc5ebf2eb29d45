import { recordAudit } from '../audit/audit.ts'
import type { AccountStore } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { writeAccount } from '../storage/write.ts'
import type { SettingsChange } from './access-settings.body.ts'
import { type AccessSettings, type AccessSettingsRow, accessSettingsOf } from './access-settings.ts'
import type { KeyAct } from './key.acts.ts'

/** What admins see and set: all that a request needs to know, and what only matters now and then. */
export interface ManagedSettings extends AccessSettings {
  /** Whether a key that was found in a public place is revoked at once. */
  revokeExposedKeys: boolean
}

/** @throws when the account has no settings, which every account gets with its set-up. */
export async function readAccessSettings(store: AccountStore): Promise<ManagedSettings> {
  const row = await store.from('account_settings').selectAll().executeTakeFirstOrThrow()
  // The account's store knows columns only by name; their types are those of the migration.
  return {
    ...accessSettingsOf(row as unknown as AccessSettingsRow),
    revokeExposedKeys: row.revoke_exposed_keys === 1,
  }
}

/** Whether every account here emulates: a preflight carries no key, so it is answered for all at once. */
export async function everyAccountEmulates(engine: Engine): Promise<boolean> {
  const row = await engine.reader
    .selectFrom('account_settings')
    .select((on) => on.fn.min('strict_emulation').as('least'))
    .executeTakeFirst()
  return Number(row?.least ?? 0) === 1
}

/** Writes the settings that differ from what is stored, and what they were to the audit log. */
export function changeAccessSettings(engine: Engine, act: KeyAct, change: SettingsChange): Promise<void> {
  const { by, origin } = act
  const context = { actor: { kind: 'user' as const, id: by.userId }, requestId: origin.requestId }
  return writeAccount(engine, by.accountId, context, async (writer) => {
    const before = columnsOf(await readAccessSettings(writer))
    const differing = Object.entries(columnsOf(change)).filter(
      ([column, value]) => value !== undefined && value !== before[column as keyof Columns],
    ) as [keyof Columns, string | number | null][]
    if (differing.length === 0) return
    await writer.update('account_settings', {}, { ...Object.fromEntries(differing), updated_at: writer.at })
    const previous = differing.map(([column]) => [`previous_${column}`, before[column] ?? null])
    await recordAudit(writer, {
      action: 'rest_access.settings_changed',
      userId: by.userId,
      details: { ...Object.fromEntries(differing), ...Object.fromEntries(previous) },
      origin,
    })
  })
}

interface Columns {
  cors_origins: string | undefined
  requests_per_minute: number | undefined
  records_per_minute: number | null | undefined
  strict_emulation: number | undefined
  revoke_exposed_keys: number | undefined
}

function columnsOf(settings: SettingsChange): Columns {
  return {
    cors_origins: settings.corsOrigins && JSON.stringify(settings.corsOrigins),
    requests_per_minute: settings.requestsPerMinute,
    records_per_minute: settings.recordsPerMinute,
    strict_emulation: flag(settings.strictEmulation),
    revoke_exposed_keys: flag(settings.revokeExposedKeys),
  }
}

function flag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value)
}
