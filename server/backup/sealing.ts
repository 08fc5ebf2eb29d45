import type { Secrets } from '../secrets.ts'
import type { Snapshot } from './snapshot.ts'
import type { Target } from './target.ts'

/** Tables whose rows name the secret that they are sealed with, and when that was. */
const sealed = { api_keys: 'coalesce(rotated_at, created_at)', webhook_secrets: 'created_at' }

/** Which secret the server seals with, by what it sealed last; null when it has sealed nothing. */
export async function newestSealingKeyId({ tables, query }: Snapshot): Promise<string | null> {
  const queries = Object.entries(sealed)
    .filter(([table]) => tables.some(({ name }) => name === table))
    .map(([table, at]) => `select sealing_key_id, ${at} as sealed_at from ${table}`)
  if (queries.length === 0) return null
  const [newest] = await query(`${queries.join(' union all ')} order by sealed_at desc limit 1`)
  return newest ? String(newest.sealing_key_id) : null
}

/** How many keys and secrets of webhooks the secret does not open, by what their rows name. */
export async function countSealedOtherwise(
  { query }: Pick<Target, 'query'>,
  secrets: Secrets | null,
): Promise<number> {
  let count = 0
  for (const table of Object.keys(sealed)) {
    for (const row of await query(
      `select sealing_key_id, count(*) as n from ${table} group by sealing_key_id`,
    ))
      if (row.sealing_key_id !== secrets?.sealingKeyId) count += Number(row.n)
  }
  return count
}
