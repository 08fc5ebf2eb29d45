import { calls } from '../resources/calls/calls.schema.ts'
import { contacts } from '../resources/contacts/contacts.schema.ts'
import { deals } from '../resources/deals/deals.schema.ts'
import { emails } from '../resources/emails/emails.schema.ts'
import { textMessages } from '../resources/text-messages/text-messages.schema.ts'
import { historyDays } from './calendar.ts'
import { type Chance, chanceOf } from './chance.ts'
import { messageWords } from './message-words.ts'
import { officeAddress } from './office.ts'
import type { Planning, Thread } from './planning.ts'

const dayMs = 24 * 60 * 60 * 1000

/** How somebody can be reached. */
interface Reach {
  contactId: string
  phone: string | null
  email: string | null
}

/** Texts, e-mails and calls on the deals of two years; they find their conversations by themselves. */
export function planMessages(planning: Planning): void {
  const chance = chanceOf(planning.seed, 'messages')
  const reached = reachOf(planning)
  const threads = planning.threads.filter(({ parentId }) => reached.has(parentId))
  if (threads.length === 0) return
  const office = planning.people.phone()
  for (let count = 0; count < planning.sizes.messages; count++) {
    const thread = chance.pick(threads)
    const reach = reached.get(thread.parentId)
    if (reach) planMessage(planning, chance, { thread, reach, office })
  }
}

function planMessage(
  { calendar, journal }: Planning,
  chance: Chance,
  { thread, reach, office }: { thread: Thread; reach: Reach; office: string },
): void {
  const sinceDay = historyDays - Math.ceil((calendar.at(historyDays - 1, chance) - thread.from) / dayMs)
  const lastDay = Math.max(sinceDay, Math.min(thread.untilDay, historyDays - 1))
  const at = calendar.next(chance.int(sinceDay, lastDay), thread.from, chance)
  const direction = chance.happens(0.6) ? 'outbound' : 'inbound'
  const kind = chance.weighted([
    [5, 'text'],
    [3, 'email'],
    [2, 'call'],
  ] as const)
  const words = chance
    .pick(messageWords[kind][direction])
    .replaceAll('{first}', thread.first)
    .replaceAll('{place}', thread.place)
    .replaceAll('{weekday}', chance.pick(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']))
  const [own, theirs] = kind === 'email' ? [officeAddress, reach.email] : [office, reach.phone]
  if (at === null || theirs === null) return
  const by = direction === 'outbound' ? thread.by : null
  const [from, to] = direction === 'outbound' ? [own, theirs] : [theirs, own]
  const common = { direction, from, deal_id: thread.parentId, contact_id: reach.contactId }
  if (kind === 'call') {
    const outcome = chance.pick(['connected', 'connected', 'left message', 'no answer'])
    const duration_seconds = outcome === 'connected' ? chance.int(40, 900) : 0
    journal.create(calls, {
      at,
      by,
      fields: { ...common, to, outcome, duration_seconds, description: words },
    })
    return
  }
  // Some went from somebody's own phone or mailbox and were written down.
  const manually_added = direction === 'outbound' && chance.happens(0.1)
  const fields = { ...common, manually_added, body: words }
  if (kind === 'text') journal.create(textMessages, { at, by, fields: { ...fields, to } })
  else {
    const subject = direction === 'outbound' ? thread.place : `Re: ${thread.place}`
    journal.create(emails, { at, by, fields: { ...fields, to: [to], subject } })
  }
}

/** By deal: its first contact, with the first number and address. */
function reachOf({ journal }: Planning): Map<string, Reach> {
  const created = journal.entries().filter(({ kind }) => kind === 'create')
  const people = new Map<unknown, Reach>()
  for (const { resource, id, fields } of created) {
    if (resource !== contacts) continue
    const [phone] = (fields.phone_numbers ?? []) as { phone: string }[]
    const [email] = (fields.email_addresses ?? []) as string[]
    people.set(id, { contactId: id, phone: phone?.phone ?? null, email: email ?? null })
  }
  const reached = new Map<string, Reach>()
  for (const { resource, id, fields } of created) {
    const [contactId] = resource === deals ? ((fields.contact_ids ?? []) as string[]) : []
    const reach = people.get(contactId)
    if (reach) reached.set(id, reach)
  }
  return reached
}
