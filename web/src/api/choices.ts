import { queryOptions } from '@tanstack/react-query'
import { get } from './client.ts'

export interface EventType {
  /** `deal.stage_changed` */
  name: string
  /** `deals` */
  resource: string
  action: string
  description: string
}

/** Changes with the server alone. */
export const eventTypesQuery = queryOptions({
  queryKey: ['event-types'],
  queryFn: () => everything<EventType>('/rest/event_types?include_schema=false'),
  staleTime: Number.POSITIVE_INFINITY,
})

interface Named {
  id: string
  name: string
}

/** What the events of a webhook can be narrowed to. */
export interface Places {
  pipelines: Named[]
  stages: (Named & { pipeline: Named })[]
  processTypes: Named[]
  processStages: (Named & { process_type: Named })[]
  tags: Named[]
}

export const placesQuery = queryOptions({
  queryKey: ['places'],
  queryFn: async (): Promise<Places> => {
    const [pipelines, stages, processTypes, processStages, tags] = await Promise.all([
      everything<Places['pipelines'][number]>('/rest/pipelines?include_total=false'),
      everything<Places['stages'][number]>('/rest/stages?include_total=false'),
      everything<Places['processTypes'][number]>('/rest/process_types?include_total=false'),
      everything<Places['processStages'][number]>('/rest/process_stages?include_total=false'),
      everything<Places['tags'][number]>('/rest/tags?include_total=false'),
    ])
    return { pipelines, stages, processTypes, processStages, tags }
  },
})

/** All pages of a list. */
async function everything<One>(list: string): Promise<One[]> {
  const found: One[] = []
  for (let page = 1; ; page++) {
    const { data, meta } = await get<{ data: One[]; meta: { has_more: boolean } }>(
      `${list}&per_page=200&page=${page}`,
    )
    found.push(...data)
    if (!meta.has_more) return found
  }
}
