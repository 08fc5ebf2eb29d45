import { queryOptions } from '@tanstack/react-query'
import { get, put } from './client.ts'
import { queryClient } from './query-client.ts'

/** What a member may see and do. */
export interface Permissions {
  pipelines: PermissionsOfPlaces
  process_types: PermissionsOfPlaces
  see_others_tasks: boolean
}

/** Of a pipeline or process type that is not open there are no rights but null. */
export interface PermissionsOfPlaces {
  /** In those that are not named, and in those that come later. */
  others: Right[] | null
  named: Record<string, Right[] | null>
}

export type Right =
  | 'delete'
  | 'export'
  | 'reassign'
  | 'see_others'
  | 'see_unassigned'
  | 'see_reports'
  | 'manage_stages'
  | 'manage_sources'

export type PlaceKind = 'pipelines' | 'process_types'

export interface Place {
  id: string
  name: string
}

export interface SetPermissions {
  permissions: Permissions
  /** Null while nobody has set anything. */
  changed_at: string | null
}

export interface PermissionsChoices extends SetPermissions, Record<PlaceKind, Place[]> {
  /** What a member has for whom nobody has set anything. */
  usual: Permissions
  /** The rights that there are, in the order in which they are shown. */
  rights: Record<PlaceKind, Right[]>
}

const pathOf = (personId: string) => `/api/people/${encodeURIComponent(personId)}/permissions`

/** Not kept: whoever opens the page anew sees what holds now. */
export const permissionsQuery = (personId: string) =>
  queryOptions({
    queryKey: ['permissions', personId],
    queryFn: () => get<PermissionsChoices>(pathOf(personId)),
    gcTime: 0,
  })

/** @param known the `changed_at` of what was changed; when somebody else was faster, nothing is saved */
export async function setPermissions(
  personId: string,
  permissions: Permissions,
  known: string | null,
): Promise<SetPermissions> {
  const set = await put<SetPermissions>(pathOf(personId), { ...permissions, changed_at: known })
  queryClient.setQueryData(permissionsQuery(personId).queryKey, (before) => before && { ...before, ...set })
  return set
}
