import { idSchema } from '../../resource-layer/fields/schemas.ts'
import { requireId } from '../../resource-layer/fields/standard.ts'
import type { Filter } from '../../resource-layer/resource.ts'

interface Through {
  param: string
  description: string
  /** Where the parents of a task name what is asked for: a table, its column with the parent's id, and that with the id. */
  deals?: Place
  processes?: Place
}

interface Place {
  table: string
  parent: string
  column: string
}

/** Tasks by what their deal or process is in, at or about. */
export const parentFilters: readonly Filter[] = [
  {
    param: 'process_type_id',
    description: 'Only tasks of processes of these types.',
    processes: { table: 'processes', parent: 'id', column: 'process_type_id' },
  },
  {
    param: 'pipeline_id',
    description: 'Only tasks of deals in these pipelines.',
    deals: { table: 'deals', parent: 'id', column: 'pipeline_id' },
  },
  {
    param: 'stage_id',
    description: 'Only tasks of deals or processes that stand in these stages.',
    deals: { table: 'deals', parent: 'id', column: 'stage_id' },
    processes: { table: 'processes', parent: 'id', column: 'stage_id' },
  },
  {
    param: 'contact_id',
    description: 'Only tasks of deals with these contacts, or of processes in which they play a role.',
    deals: { table: 'deal_contacts', parent: 'deal_id', column: 'contact_id' },
    processes: { table: 'process_contacts', parent: 'process_id', column: 'contact_id' },
  },
  {
    param: 'property_id',
    description: 'Only tasks of deals or processes about these properties.',
    deals: { table: 'deal_properties', parent: 'deal_id', column: 'property_id' },
    processes: { table: 'process_properties', parent: 'process_id', column: 'property_id' },
  },
].map(filterThrough)

function filterThrough({ param, description, deals, processes }: Through): Filter {
  const places = [
    ['deal_id', deals],
    ['process_id', processes],
  ] as const
  return {
    param,
    description,
    schema: idSchema,
    list: true,
    range: false,
    apply(query, condition, { store }) {
      if (condition.kind !== 'any') return query
      const ids = condition.values.map(requireId)
      // By their ids: an index leads to the tasks of each deal and process, and none to those of either.
      const found = places.flatMap(([own, place]) =>
        place
          ? [
              store
                .from('tasks')
                .select('tasks.id')
                .where(
                  `tasks.${own}`,
                  'in',
                  store.from(place.table).select(place.parent).where(place.column, 'in', ids),
                ),
            ]
          : [],
      )
      return query.where((on) => on.or(found.map((tasks) => on('tasks.id', 'in', tasks))))
    },
  }
}
