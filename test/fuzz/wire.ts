import type { Asked } from '../support/ask.ts'

/** A value in which every place has been filled. */
export type Plain = null | boolean | number | string | File | Plain[] | { [name: string]: Plain }

/** A body as it goes over the wire, in one of the media types. Bytes go out as they are. */
export function wireBody(
  value: Plain | Uint8Array<ArrayBuffer>,
  mediaType: string,
): { body: NonNullable<Asked['body']>; headers: Record<string, string> } {
  const typed = (body: string | Uint8Array<ArrayBuffer>) => ({ body, headers: { 'content-type': mediaType } })
  if (value instanceof Uint8Array) return typed(value)
  if (mediaType === 'application/x-www-form-urlencoded' && isObject(value)) {
    return typed(
      pairsOf(value)
        .map(([name, part]) => `${encoded(name)}=${encoded(String(part))}`)
        .join('&'),
    )
  }
  if (mediaType === 'multipart/form-data' && isObject(value)) {
    const form = new FormData()
    for (const [name, part] of pairsOf(value)) {
      if (part instanceof File) form.append(name.toWellFormed(), part)
      else form.append(name.toWellFormed(), part.toWellFormed())
    }
    // The boundary is the form's own.
    return { body: form, headers: {} }
  }
  const isJson = mediaType.startsWith('application/json')
  return {
    body: JSON.stringify(value) ?? '',
    headers: { 'content-type': isJson ? mediaType : 'application/json' },
  }
}

/** `{"deal":{"tags":["a"]}}` → `deal[tags][]`, `a` (`contract.md` §1). */
export function pairsOf(value: { [name: string]: Plain }): [string, string | File][] {
  const pairs: [string, string | File][] = []
  const put = (name: string, part: Plain, depth: number) => {
    if (pairs.length > 3_000 || depth > 30) return
    if (Array.isArray(part)) for (const one of part) put(`${name}[]`, one, depth + 1)
    else if (isObject(part))
      for (const [key, one] of Object.entries(part)) put(`${name}[${key}]`, one, depth + 1)
    else pairs.push([name, part instanceof File ? part : String(part ?? '')])
  }
  for (const [name, part] of Object.entries(value)) put(name, part, 0)
  return pairs
}

export function wireQuery(query: readonly (readonly [string, Plain])[]): string {
  const pairs = query.flatMap(([name, value]) => pairsOf({ [name]: value }))
  const text = pairs
    .slice(0, 600)
    .map(([name, value]) => `${encoded(name)}=${encoded(String(value).slice(0, 6_000))}`)
    .join('&')
  return text === '' ? '' : `?${text}`
}

/** A part of a path. Dots alone would be taken as directories by the client itself. */
export function wirePart(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/^\.+$/, 'x')
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

function isObject(value: Plain): value is { [name: string]: Plain } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof File)
}
