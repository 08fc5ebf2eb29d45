import { idSchema } from '../../resource-layer/fields/schemas.ts'
import { requireId } from '../../resource-layer/fields/standard.ts'
import { parseText } from '../../resource-layer/fields/text.ts'
import type { Draft, Filter } from '../../resource-layer/resource.ts'

const unknownName = 'Unknown Name'

/** Which kind of contact it is follows from the pipelines that its deals are in. */
export const pipelineFilter: Filter = {
  param: 'pipeline_id',
  description: 'Only contacts with a deal in one of these pipelines.',
  schema: idSchema,
  list: true,
  range: false,
  apply(query, condition, { store }) {
    if (condition.kind !== 'any') return query
    const withDeal = store
      .joined('deal_contacts', 'deals', 'deal_id', 'id')
      .select('deal_contacts.contact_id')
      .where('deals.deleted_at', 'is', null)
      .where('deals.pipeline_id', 'in', condition.values.map(requireId))
    return query.where('id', 'in', withDeal)
  },
}

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
