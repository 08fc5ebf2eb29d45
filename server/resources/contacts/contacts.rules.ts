import { parseText } from '../../resource-layer/fields/text.ts'
import type { Draft } from '../../resource-layer/resource.ts'

const unknownName = 'Unknown Name'

/** `full_name`: the last word is the last name. First and last name win where they are sent as well. */
export function acceptFullName(value: unknown, draft: Draft): void {
  const words = value === null ? [] : parseText(value, 255).split(/\s+/).filter(Boolean)
  const last = words.length > 1 ? words.pop() : ''
  draft.row.first_name = words.join(' ')
  draft.row.last_name = last ?? ''
  draft.row.name = ''
}

/** The shown name follows from what is known: the person's, else the company's (`contract.md` §3). */
export function nameContact(draft: Draft): void {
  const { row } = draft
  const person = [row.first_name, row.last_name].filter(Boolean).join(' ')
  row.name = person || row.company_name || unknownName
}
