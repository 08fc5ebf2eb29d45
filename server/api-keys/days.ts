import { dayOf } from '../resource-layer/values.ts'

/** Tells the day of a time, quickly enough for every request. */
export interface Days {
  /** The date in a time zone, `YYYY-MM-DD`. */
  of(at: number, timeZone: string): string
}

/** Time zones are a quarter of an hour apart at least, and so are the beginnings of their days. */
const sameDayMs = 15 * 60_000

/** Remembers of each time zone the day of the last quarter of an hour that was asked for. */
export function createDays(): Days {
  const known = new Map<string, { quarter: number; day: string }>()
  return {
    of(at, timeZone) {
      const quarter = Math.floor(at / sameDayMs)
      const last = known.get(timeZone)
      if (last?.quarter === quarter) return last.day
      const day = dayOf(at, timeZone)
      known.set(timeZone, { quarter, day })
      return day
    },
  }
}
