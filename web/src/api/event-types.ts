import { queryOptions } from '@tanstack/react-query'
import { get } from './client.ts'

/** One type of event, such as `deal.stage_changed`. */
export interface EventType {
  name: string
  /** The kind of record, as in `deals`. */
  resource: string
  description: string
}

interface TypePage {
  data: EventType[]
  meta: { page_number: number; has_more: boolean }
}

/** All of them, in the order of the reference. They change only with the program. */
export const eventTypesQuery = queryOptions({
  queryKey: ['event-types'],
  staleTime: Number.POSITIVE_INFINITY,
  async queryFn() {
    const types: EventType[] = []
    let page: TypePage | null = null
    do {
      const number: number = page ? page.meta.page_number + 1 : 1
      page = await get<TypePage>(`/rest/event_types?include_schema=false&per_page=200&page=${number}`)
      types.push(...page.data)
    } while (page.meta.has_more)
    return types
  },
})
