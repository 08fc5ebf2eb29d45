import { queryOptions } from '@tanstack/react-query'
import { get } from './client.ts'

export type RecordFields = Record<string, unknown>

export const recordQuery = (resource: string, id: string) =>
  queryOptions({
    queryKey: ['records', resource, id],
    queryFn: async () => {
      const path = `/rest/${resource}/${encodeURIComponent(id)}?include_custom_fields=true`
      return (await get<{ data: RecordFields }>(path)).data
    },
  })
