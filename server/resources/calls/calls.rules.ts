import { phoneText } from '../../resource-layer/fields/phone.ts'
import { parseText } from '../../resource-layer/fields/text.ts'
import { type Draft, FieldProblem } from '../../resource-layer/resource.ts'
import { phoneParties } from '../messages/messages.parties.ts'
import { placeMessage } from '../messages/messages.threads.ts'

/** A call stands in a conversation as soon as both of its numbers are known. */
export async function placeCall(draft: Draft): Promise<void> {
  const { row } = draft
  const parties = phoneParties(row)
  const subject = () =>
    `Call ${row.direction === 'inbound' ? 'from' : 'to'} ${phoneText(String(parties?.participant))}`
  await placeMessage(draft, { parties, subject })
}

/** Clients open it, so it must be an address of the web. */
export function acceptRecordingUrl(value: unknown, draft: Draft): void {
  const text = value === null ? '' : parseText(value, 2_000)
  if (text !== '' && (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)))
    throw new FieldProblem('must be an address such as https://recordings.example.com/1042.mp3')
  draft.row.recording_url = text === '' ? null : text
}
