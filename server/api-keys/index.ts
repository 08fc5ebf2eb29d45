/** An account's keys: what they look like, what they open, how they are managed. */

export { everyAccountEmulates } from './access-settings.store.ts'
export { type AccessSettings, accessSettingsOf, defaultRequestsPerMinute } from './access-settings.ts'
export { createExpiryReminders } from './expiry/expiry.reminders.ts'
export type { KeyAct, KeyContext } from './key.acts.ts'
export { findKey, type KnownKey } from './key.lookup.ts'
export { readMainKey } from './key.reading.ts'
export { refusalOf } from './key.refusal.ts'
export { type RestAccessOptions, restAccessRoutes } from './key.routes.ts'
export { enableAccess } from './key.store.ts'
export type { ApiKey } from './key.ts'
export { holdsKey, keyPattern, parseKey } from './key-format.ts'
export { createKeyUse, type KeyUse } from './key-use.ts'
