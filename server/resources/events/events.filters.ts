import { type RawBuilder, sql } from 'kysely'
import Type from 'typebox'
import { idFilter } from '../../resource-layer/fields/standard.ts'
import { tagKey } from '../../resource-layer/fields/tags.ts'
import { FieldProblem, type Filter } from '../../resource-layer/resource.ts'

const pattern = /^(\*|[a-z_]+\.(\*|[a-z_]+))$/

/** By name, or all of a kind of record with a star: `deal.*`. */
export const typeFilter: Filter = {
  param: 'type',
  description: 'Only events of these types; `deal.*` means all of deals.',
  schema: Type.String(),
  list: true,
  range: false,
  apply(query, condition) {
    if (condition.kind !== 'any') return query
    const names = condition.values.map((value) => value.toLowerCase())
    const unknown = names.find((name) => !pattern.test(name))
    if (unknown !== undefined) throw new FieldProblem('must be names such as deal.created or deal.*')
    if (names.includes('*')) return query
    const exact = names.filter((name) => !name.endsWith('.*'))
    const kinds = names.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -1))
    return query.where((on) =>
      on.or([
        ...(exact.length > 0 ? [on('type', 'in', exact)] : []),
        // `.` is the last character before `/`, so this is the range of names that begin so.
        ...kinds.map((kind) => on.and([on('type', '>=', kind), on('type', '<', `${kind.slice(0, -1)}/`)])),
      ]),
    )
  },
}

/** By where the record stood: what stands nowhere of the kind is in none. */
export function placeFilter(column: string, words: string): Filter {
  return idFilter(column, `Only events of records that stood in one of these ${words}.`)
}

/** By a tag that the record had. */
export const tagFilter: Filter = {
  param: 'tag',
  description: 'Only events of records that had one of these tags, by name.',
  schema: Type.String(),
  list: true,
  range: false,
  apply: (query, condition) =>
    condition.kind === 'any' ? query.where((on) => on.or(condition.values.map(hasTag))) : query,
}

/** The tags that an event keeps: each between line breaks, which no tag has. */
export function keptTags(names: readonly string[]): string {
  return names.map((name) => `\n${tagKey(name)}\n`).join('')
}

function hasTag(name: string): RawBuilder<boolean> {
  const pattern = `%${keptTags([name]).replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`tags like ${pattern} escape '\\'`
}
