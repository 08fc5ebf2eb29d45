/** A `create table` of a migration without its foreign keys, and the statements that add these. */
export interface NewTable {
  name: string
  create: string
  foreignKeys: string[]
}

const beginning = /^create table (\w+) \(/i
const ofTable = /,\s*(foreign key \([^)]*\) references \w+ \([^)]*\))/gi
const ofColumn = /(\n\s*|[(,]\s*)(\w+)( [^,\n]*?) (references \w+ \(\w+\))/gi

/**
 * Takes a statement of a migration apart, because a new table can point to distributed ones only when it is
 * distributed itself. Null for what makes no table.
 */
export function newTableIn(statement: string): NewTable | null {
  const name = beginning.exec(statement)?.[1]
  if (name === undefined) return null
  const foreignKeys: string[] = []
  const create = statement
    .replace(ofTable, (_, key: string) => {
      foreignKeys.push(`alter table ${name} add ${key}`)
      return ''
    })
    .replace(ofColumn, (_, before: string, column: string, type: string, target: string) => {
      foreignKeys.push(`alter table ${name} add foreign key (${column}) ${target}`)
      return `${before}${column}${type}`
    })
  if (/\breferences\b/i.test(create))
    throw new Error(`A foreign key of the new table ${name} was not understood.`)
  return { name, create, foreignKeys }
}
