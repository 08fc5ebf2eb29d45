import { sql } from 'kysely'

/** SQL's lower(): both engines fold ASCII letters alone, so that they agree. */
export function lower(column: string) {
  return sql<string>`lower(${sql.ref(column)})`
}

/** The same in the program, for the other side of a comparison. */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
