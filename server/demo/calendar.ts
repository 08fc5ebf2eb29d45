import type { Chance } from './chance.ts'

const dayMs = 24 * 60 * 60 * 1000

/** Days of history: everything happens on the days 0 to 729, and day 730 is today. */
export const historyDays = 730

/** The two years before a day. Times are milliseconds since 1970. */
export interface Calendar {
  /** A time on a day: office hours in the west of the United States, which are always over when it is today. */
  at(day: number, chance: Chance): number
  /** The same, on a day of the week on which offices are open. */
  working(day: number, chance: Chance): number
  /** A time on or after a working day that comes after another time; null when that would be today or later. */
  next(day: number, after: number, chance: Chance): number | null
  /** `YYYY-MM-DD`; also of days before the history and after today. */
  date(day: number): string
}

/** @param today `YYYY-MM-DD` in UTC */
export function calendarBefore(today: string): Calendar {
  const start = Date.parse(`${today}T00:00:00Z`) - historyDays * dayMs
  const at = (day: number, chance: Chance) => {
    const inside = Math.min(historyDays - 1, Math.max(0, Math.floor(day)))
    return start + inside * dayMs + chance.int(16 * 3600, 23 * 3600) * 1000
  }
  const working = (day: number, chance: Chance) => at(workday(start, day), chance)
  return {
    at,
    working,
    next(day, after, chance) {
      if (day >= historyDays) return null
      const wished = working(day, chance)
      const time = wished > after ? wished : after + chance.int(10, 50) * 60_000
      // What belongs to it follows within minutes and must not fall into today.
      return time < start + historyDays * dayMs - 10 * 60_000 ? time : null
    },
    date: (day) => new Date(start + Math.floor(day) * dayMs).toISOString().slice(0, 10),
  }
}

function workday(start: number, day: number): number {
  const weekday = new Date(start + Math.floor(day) * dayMs).getUTCDay()
  if (weekday !== 0 && weekday !== 6) return day
  const monday = day + (weekday === 6 ? 2 : 1)
  return monday < historyDays ? monday : monday - 3
}
