import { ApiError } from '../errors/api-error.ts'

/** What a form or a query string holds, by the bracket rules of Rack: `deal[name]`, `tags[]`, `a[][kind]`. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue }
export type Form = Record<string, FormValue>

const mostPairs = 2_000
const deepest = 16

/** Reads `a=1&b[c]=2`. @throws ApiError malformed_url for a broken escape, else as `nest`. */
export function parseQuery(text: string): Form {
  return nest(pairsOf(text, 'malformed_url'), { repeated: 'list' })
}

/** Reads an urlencoded body. @throws ApiError malformed_form, too_many_values, body_too_deep. */
export function parseForm(text: string): Form {
  return nest(pairsOf(text, 'malformed_form'), { repeated: 'last' })
}

/**
 * Builds the nested value of name and text pairs. In a query a name that is repeated without brackets makes
 * a list; in a body the last one counts, as Rack has it.
 */
export function nest(
  pairs: readonly (readonly [string, string])[],
  options: { repeated: 'list' | 'last' },
): Form {
  if (pairs.length > mostPairs)
    throw new ApiError('too_many_values', `More than ${mostPairs} fields were sent`)
  const root: Form = Object.create(null)
  for (const [name, text] of pairs) put(root, pathOf(name), text, name, options.repeated)
  return listsOf(root) as Form
}

function pairsOf(text: string, code: 'malformed_url' | 'malformed_form'): [string, string][] {
  return text
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf('=')
      const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
      return [decode(name, code), decode(value, code)]
    })
}

function decode(text: string, code: 'malformed_url' | 'malformed_form'): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new ApiError(code, 'The request holds a broken percent escape, or one that is not UTF-8')
  }
}

/** `a[b][]` → a, b, '' (the empty segment is a list). */
function pathOf(name: string): string[] {
  const first = name.indexOf('[', 1)
  if (first < 0) return [name]
  const brackets = name.slice(first)
  if (!/^(\[[^[\]]*\])+$/.test(brackets)) throw malformed(name)
  const path = [name.slice(0, first), ...brackets.slice(1, -1).split('][')]
  if (path.length > deepest)
    throw new ApiError('body_too_deep', `"${name.slice(0, 80)}" nests deeper than ${deepest} levels`)
  return path
}

function put(
  root: Form,
  path: readonly string[],
  text: string,
  name: string,
  repeated: 'list' | 'last',
): void {
  let at: FormValue = root
  for (const [depth, segment] of path.entries()) {
    const rest = path.slice(depth + 1)
    if (Array.isArray(at)) {
      if (rest.length === 0) {
        at.push(text)
        return
      }
      at = elementFor(at, rest, name)
      continue
    }
    if (typeof at === 'string') throw malformed(name)
    if (rest.length === 0) {
      at[segment] = repeated === 'list' ? again(at[segment], text, name) : text
      return
    }
    const next: FormValue | undefined = at[segment]
    const wanted: FormValue = rest[0] === '' ? [] : Object.create(null)
    if (next === undefined) at[segment] = wanted
    else if (typeof next === 'string' || Array.isArray(next) !== Array.isArray(wanted)) throw malformed(name)
    at = at[segment] as FormValue
  }
}

/** `a[][kind]=x&a[][phone]=1&a[][kind]=y`: a name that comes again begins the next element. */
function elementFor(list: FormValue[], rest: readonly string[], name: string): FormValue {
  const last = list.at(-1)
  const key = rest[0] ?? ''
  if (key === '') throw malformed(name)
  if (last !== undefined && typeof last === 'object' && !Array.isArray(last) && !holds(last, rest))
    return last
  const element: FormValue = Object.create(null)
  list.push(element)
  return element
}

function holds(element: FormValue, path: readonly string[]): boolean {
  let at: FormValue | undefined = element
  for (const segment of path) {
    if (at === undefined || typeof at === 'string' || Array.isArray(at)) return segment !== ''
    if (segment === '') return false
    at = at[segment]
  }
  return at !== undefined && !Array.isArray(at)
}

function again(known: FormValue | undefined, text: string, name: string): FormValue {
  if (known === undefined) return text
  if (typeof known === 'string') return [known, text]
  if (Array.isArray(known)) return [...known, text]
  throw malformed(name)
}

/** `a[0]=x&a[1]=y`, as some libraries write lists, is a list too. */
function listsOf(value: FormValue): FormValue {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(listsOf)
  const names = Object.keys(value)
  for (const name of names) value[name] = listsOf(value[name] as FormValue)
  const isList = names.length > 0 && names.every((name, at) => name === String(at))
  return isList ? Object.values(value) : value
}

function malformed(name: string): ApiError {
  return new ApiError(
    'malformed_form',
    `The field "${name.slice(0, 80)}" contradicts another one or has broken brackets`,
  )
}
