/** The account's key: what it looks like, what it opens, how it is managed. */

export { everyAccountEmulates } from './access-settings.store.ts'
export { type AccessSettings, accessSettingsOf, defaultRequestsPerMinute } from './access-settings.ts'
export { findKey, type KnownKey } from './key.lookup.ts'
export { type RestAccessOptions, restAccessRoutes } from './key.routes.ts'
export { enableAccess, type KeyAct, type KeyContext, type MainKey, readKey } from './key.store.ts'
export { holdsKey, keyPattern, parseKey } from './key-format.ts'
export { createKeyUse, type KeyUse } from './key-use.ts'
