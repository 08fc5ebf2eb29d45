import type { Sent } from './api.ts'

/** Every way in which a write's fields may be sent (`contract.md` §1). */
export const bodyTypes = [
  'JSON, nested',
  'JSON, flat',
  'a form, nested',
  'a form, flat',
  'multipart, nested',
  'multipart, flat',
] as const

export type BodyType = (typeof bodyTypes)[number]

/** The fields of a write as one of these bodies; nested ones are wrapped in the record's name. */
export function bodyOf(type: BodyType, wrapper: string, fields: Record<string, unknown>): Sent['body'] {
  const [format, nesting] = type.split(', ')
  const whole = nesting === 'nested' ? { [wrapper]: fields } : fields
  if (format === 'JSON') return whole
  const pairs = pairsOf(whole)
  if (format === 'a form') return formOf(pairs)
  const form = new FormData()
  for (const [name, value] of pairs) form.append(name, value)
  return form
}

/** `{a: {b: [1]}}` → `a[b][]=1`, by the brackets of Rack. */
export function rackForm(fields: Record<string, unknown>): string {
  return formOf(pairsOf(fields))
}

/** As clients write it: brackets as they are, values escaped. */
function formOf(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
}

function pairsOf(value: unknown, name = ''): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((entry) => pairsOf(entry, `${name}[]`))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => pairsOf(inner, name ? `${name}[${key}]` : key))
  return [[name, value === null || value === undefined ? '' : String(value)]]
}
