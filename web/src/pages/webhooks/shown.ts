import type { DeliveryFilter, DeliveryStatus } from '../../api/deliveries.ts'
import { dayAfter, startOfDay } from '../../format/days.ts'

/** What the address of the page says of the deliveries that are shown; days are those of the company's clock. */
export interface Shown {
  status?: DeliveryStatus
  type?: string
  from?: string
  to?: string
}

export const statusWords: Record<DeliveryStatus, string> = {
  pending: 'Waiting',
  delivered: 'Delivered',
  failed: 'Failed',
  canceled: 'Canceled',
}

/** What there is of a filter in the address; the rest of it is left out. */
export function filterIn(search: Record<string, unknown>): Shown {
  const { status, type, from, to } = search
  return {
    ...(isStatus(status) ? { status } : {}),
    ...(typeof type === 'string' && /^[a-z_]+\.[a-z_]+$/.test(type) ? { type } : {}),
    ...(typeof from === 'string' && startOfDay(from, 'UTC') ? { from } : {}),
    ...(typeof to === 'string' && startOfDay(to, 'UTC') ? { to } : {}),
  }
}

/** The same as the API takes it. The last day is shown whole. */
export function deliveryFilter({ status, type, from, to }: Shown, timeZone: string): DeliveryFilter {
  return {
    status,
    type,
    from: (from && startOfDay(from, timeZone)) || undefined,
    before: (to && startOfDay(dayAfter(to), timeZone)) || undefined,
  }
}

function isStatus(value: unknown): value is DeliveryStatus {
  return typeof value === 'string' && Object.hasOwn(statusWords, value)
}
