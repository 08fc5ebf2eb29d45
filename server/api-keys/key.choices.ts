import { type NamedPlace, namedPlaces } from '../access/named-places.ts'
import type { AccountStore } from '../storage/account-store.ts'

/** What a key can be limited to. */
export interface KeyChoices {
  pipelines: NamedPlace[]
  processTypes: NamedPlace[]
}

export async function readChoices(store: AccountStore): Promise<KeyChoices> {
  return {
    pipelines: await namedPlaces(store, 'pipelines'),
    processTypes: await namedPlaces(store, 'process_types'),
  }
}
