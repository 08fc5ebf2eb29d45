import type { PlaceKind, Right } from '../../api/permissions.ts'

interface PlaceWords {
  title: string
  explanation: string
  /** `pipeline` */
  one: string
  /** What whoever opens one can do in any case. */
  own: string
  rights: Partial<Record<Right, string>>
}

/** What the boxes are called, by what stands in a place of the kind. */
export const placeWords: Record<PlaceKind, PlaceWords> = {
  pipelines: {
    title: 'Pipelines',
    explanation:
      'Leads of a pipeline that is not open are in none of their lists, searches, counts, reports and exports. In one that is open they always see the leads that are assigned to them.',
    one: 'pipeline',
    own: 'See your leads',
    rights: {
      delete: 'Delete leads',
      export: 'Export leads',
      reassign: 'Reassign leads',
      see_others: 'See others’ leads',
      see_unassigned: 'See unassigned leads',
      see_reports: 'See reports',
      manage_stages: 'Change stages',
      manage_sources: 'Change sources',
    },
  },
  process_types: {
    title: 'Process types',
    explanation:
      'Processes of a type that is not open are in none of their lists, searches, counts, reports and exports. In one that is open they always see the processes that are assigned to them.',
    one: 'process type',
    own: 'See your processes',
    rights: {
      delete: 'Delete processes',
      export: 'Export processes',
      reassign: 'Reassign processes',
      see_others: 'See others’ processes',
      see_unassigned: 'See unassigned processes',
      see_reports: 'See reports',
      manage_stages: 'Change stages and steps',
    },
  },
}
