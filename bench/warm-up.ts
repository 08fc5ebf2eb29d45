import { Client } from 'pg'

/**
 * Lets PostgreSQL count its rows and note which of its pages all may see, as it does by itself within a minute or
 * two. Until then it plans as if all tables were empty, and looks at every row that an index names.
 */
export async function warmUp(url: string): Promise<void> {
  const database = new Client({ connectionString: url })
  await database.connect()
  await database.query('vacuum analyze')
  await database.end()
}
