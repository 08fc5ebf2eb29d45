import { dayOf } from '../resource-layer/values.ts'
import type { AccountStore } from '../storage/account-store.ts'

/** How many requests came on a day of the account's time zone, `YYYY-MM-DD`. */
export interface DayCount {
  day: string
  requests: number
}

const shownDays = 30

/** Of the keys of these ids the last 30 days, today among them, the oldest first and those without requests as well. */
export async function readDays(
  store: AccountStore,
  keyIds: readonly string[],
  { timeZone, at }: { timeZone: string; at: number },
): Promise<Map<string, DayCount[]>> {
  const days = lastDays(dayOf(at, timeZone))
  const rows = await store
    .from('api_key_days')
    .select(['key_id', 'day', 'requests'])
    .where('day', '>=', days[0] ?? '')
    .execute()
  const counts = new Map(rows.map((row) => [`${row.key_id} ${row.day}`, Number(row.requests)]))
  return new Map(
    keyIds.map((id) => [id, days.map((day) => ({ day, requests: counts.get(`${id} ${day}`) ?? 0 }))]),
  )
}

function lastDays(today: string): string[] {
  const last = Temporal.PlainDate.from(today)
  return Array.from({ length: shownDays }, (_, at) => last.subtract({ days: shownDays - 1 - at }).toString())
}
