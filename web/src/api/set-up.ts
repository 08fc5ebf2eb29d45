import { queryOptions } from '@tanstack/react-query'
import { allPages } from './all-pages.ts'

export interface Named {
  id: string
  name: string
}

export interface StageGroup extends Named {
  stages: Named[]
}

export interface SetUp {
  pipelines: StageGroup[]
  processTypes: StageGroup[]
  tags: string[]
}

/** What records can stand in, and the tags that they can have. */
export const setUpQuery = queryOptions({
  queryKey: ['set-up'],
  async queryFn(): Promise<SetUp> {
    const [pipelines, stages, processTypes, processStages, tags] = await Promise.all([
      allPages<Named>('/rest/pipelines?order_field=name'),
      allPages<Named & { pipeline: Named | null }>('/rest/stages'),
      allPages<Named>('/rest/process_types?order_field=name'),
      allPages<Named & { process_type: Named | null }>('/rest/process_stages'),
      allPages<Named>('/rest/tags?order_field=name'),
    ])
    return {
      pipelines: pipelines.map((one) => ({
        ...one,
        stages: stages.filter(({ pipeline }) => pipeline?.id === one.id),
      })),
      processTypes: processTypes.map((one) => ({
        ...one,
        stages: processStages.filter(({ process_type: type }) => type?.id === one.id),
      })),
      tags: tags.map(({ name }) => name),
    }
  },
})
