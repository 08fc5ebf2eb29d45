import type { Json } from './openapi.types.ts'

/** How a language writes values. */
export interface Language {
  /** Spaces of one step of indentation. */
  step: number
  text(value: string): string
  key(name: string): string
  /** Between a key and its value. */
  arrow: string
  object: readonly [open: string, close: string]
  nothing: string
  yes: string
  no: string
  /** After the last entry. */
  trailing: string
}

/** A value as the language writes it, its later lines indented by `depth` steps. */
export function literal(value: Json, language: Language, depth = 0): string {
  if (value === null) return language.nothing
  if (typeof value === 'boolean') return value ? language.yes : language.no
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return language.text(value)
  const inner = (item: Json) => literal(item, language, depth + 1)
  if (Array.isArray(value)) {
    if (value.every((item) => item === null || typeof item !== 'object'))
      return `[${value.map(inner).join(', ')}]`
    return block(['[', ']'], value.map(inner), language, depth)
  }
  const entries = Object.entries(value).map(
    ([name, item]) => `${language.key(name)}${language.arrow}${inner(item)}`,
  )
  return block(language.object, entries, language, depth)
}

function block(
  [open, close]: readonly [string, string],
  lines: readonly string[],
  language: Language,
  depth: number,
): string {
  if (lines.length === 0) return `${open}${close}`
  const indent = ' '.repeat(language.step * (depth + 1))
  const end = ' '.repeat(language.step * depth)
  return `${open}\n${lines.map((line) => indent + line).join(',\n')}${language.trailing}\n${end}${close}`
}

/** In single quotes, as JavaScript, Python and PHP take them. PHP gives only these two escapes a meaning. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** As singleQuoted, for languages that do not take a line break inside of a text. */
export function singleLine(text: string): string {
  return singleQuoted(text).replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}
