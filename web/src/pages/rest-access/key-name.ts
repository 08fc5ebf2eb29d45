import type { RestKey } from '../../api/rest-access.ts'

/** As a sentence calls it: "the key", "the key “Accounting”". */
export function keyInWords({ is_main, name }: Pick<RestKey, 'is_main' | 'name'>): string {
  return is_main ? 'the key' : `the key “${name}”`
}
