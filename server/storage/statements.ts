import type { Dialect } from './engine.ts'

/**
 * The SQL of the writes that every record makes, by what they name. It is kept, because building it anew for every
 * write would cost more than running it; there are no more than the program has shapes of rows.
 */
const kept = new Map<string, string>()

/** The values go in the order of the rows, and in each of the columns. */
export function insertion(
  dialect: Dialect,
  { table, columns, count }: { table: string; columns: readonly string[]; count: number },
): string {
  const make = () => {
    const next = numbering(dialect)
    const row = () => `(${columns.map(next).join(', ')})`
    return `insert into ${quoted(table)} (${columns.map(quoted).join(', ')}) values ${Array.from({ length: count }, row).join(', ')}`
  }
  // Those of many rows are of many lengths.
  return count > 1 ? make() : keep(`${dialect} insert ${table} ${columns.join()}`, make)
}

/** The values that are set come first, then those of the rows that are meant. */
export function change(
  dialect: Dialect,
  { table, set, where }: { table: string; set: readonly string[]; where: readonly string[] },
): string {
  return keep(`${dialect} update ${table} ${set.join()} ${where.join()}`, () => {
    const next = numbering(dialect)
    const assigned = set.map((column) => `${quoted(column)} = ${next()}`)
    return `update ${quoted(table)} set ${assigned.join(', ')} where ${equal(where, next)}`
  })
}

export function removal(
  dialect: Dialect,
  { table, where }: { table: string; where: readonly string[] },
): string {
  return keep(
    `${dialect} delete ${table} ${where.join()}`,
    () => `delete from ${quoted(table)} where ${equal(where, numbering(dialect))}`,
  )
}

function keep(shape: string, make: () => string): string {
  const known = kept.get(shape)
  if (known !== undefined) return known
  const text = make()
  kept.set(shape, text)
  return text
}

function equal(columns: readonly string[], next: () => string): string {
  return columns.map((column) => `${quoted(column)} = ${next()}`).join(' and ')
}

function numbering(dialect: Dialect): () => string {
  let number = 0
  return () => (dialect === 'sqlite' ? '?' : `$${++number}`)
}

/** Names come from declarations, and never from outside. */
export function quoted(name: string): string {
  if (!/^\w+$/.test(name)) throw new Error(`${name} is no name of a table or column`)
  return `"${name}"`
}
