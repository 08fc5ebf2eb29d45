import type { SpecialEvent } from '../../resource-layer/events.ts'

/** What becomes of a text or mail that is sent. */
export const sendingEvents: readonly SpecialEvent[] = [
  becomes('sent', 'It has left: the provider or mail server took it over.'),
  becomes('delivered', 'It has arrived, as far as the provider knows.'),
  becomes('failed', 'It could not be sent; `status_reason` says why.'),
]

function becomes(status: string, description: string): SpecialEvent {
  return { action: status, description, when: (changed) => changed.status?.[1] === status }
}
