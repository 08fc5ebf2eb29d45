import Type from 'typebox'
import { FieldProblem, type Filter } from '../../resource-layer/resource.ts'

/** The words that existing clients read (`contract.md` §4). */
export const processStatuses = ['backlog', 'working', 'completed', 'canceled'] as const

export const closedStatuses: readonly string[] = ['completed', 'canceled']

const severalStatuses: Readonly<Record<string, readonly string[]>> = {
  open: ['backlog', 'working'],
  active: ['working'],
  closed: closedStatuses,
}

/** By the status of the stage; `open`, `active` and `closed` stand for one or several. */
export const statusFilter: Filter = {
  param: 'status',
  description: `Only processes whose stage has one of these statuses: ${processStatuses.join(', ')}; or open (backlog and working), active (working), closed (completed and canceled).`,
  schema: Type.String(),
  list: true,
  range: false,
  apply(query, condition, { store }) {
    if (condition.kind !== 'any') return query
    const statuses = condition.values.flatMap((value) => {
      const word = value.toLowerCase()
      const several = Object.hasOwn(severalStatuses, word) ? severalStatuses[word] : undefined
      const known = several ?? processStatuses.filter((status) => status === word)
      if (known.length > 0) return known
      throw new FieldProblem(`must be one of ${processStatuses.join(', ')}, open, active, closed`)
    })
    return query.where(
      'stage_id',
      'in',
      store.from('process_stages').select('id').where('status', 'in', statuses),
    )
  },
}
