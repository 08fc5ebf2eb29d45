import { mock } from 'node:test'

/**
 * Stops the clock of this process, so that whatever is written now has the same times in every run. Timers
 * go on. Gives back what starts it again.
 */
export function stopClock(at: string): () => void {
  const instant = Temporal.Instant.from(at)
  mock.timers.enable({ apis: ['Date'], now: instant.epochMilliseconds })
  const now = Temporal.Now
  const given = {
    instant: now.instant,
    zonedDateTimeISO: now.zonedDateTimeISO,
    plainDateISO: now.plainDateISO,
  }
  const inZone = (zone?: Temporal.TimeZoneLike) => instant.toZonedDateTimeISO(zone ?? now.timeZoneId())
  Object.assign(now, {
    instant: () => instant,
    zonedDateTimeISO: inZone,
    plainDateISO: (zone?: Temporal.TimeZoneLike) => inZone(zone).toPlainDate(),
  })
  // What is measured takes no time, as long as it may take.
  const measured = mock.method(performance, 'now', () => 0)
  return () => {
    measured.mock.restore()
    mock.timers.reset()
    Object.assign(now, given)
  }
}
