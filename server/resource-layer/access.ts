/** What the API is divided into for those who may open only a part of it. */
export const areas = {
  contacts: ['Contacts', 'People and companies, with their addresses and fields.'],
  properties: ['Properties', 'Properties with their units, leases and groups.'],
  deals: ['Leads', 'Deals of the pipelines, with their history.'],
  processes: ['Processes', 'Processes of the process types, with their history.'],
  tasks: ['Tasks', 'Tasks of deals and processes, and those that stand alone.'],
  messages: ['Messages', 'Conversations with their texts, e-mails and calls.'],
  notes: ['Notes', 'Notes on every kind of record that may be seen.'],
  files: ['Files', 'Uploaded files of every kind of record that may be seen, with their content.'],
  setup: [
    'Set-up',
    'Pipelines, process types, their stages, steps and roles, sources, tags and custom fields.',
  ],
  users: ['Users', 'The people of the account.'],
  reports: ['Reports', 'Counts and durations, over what may be seen.'],
  webhooks: ['Webhooks', 'Webhook subscriptions and their deliveries.'],
  audit: ['Audit log', 'What people and keys did in the account.'],
} as const satisfies Record<string, readonly [title: string, description: string]>

export type Area = keyof typeof areas

/** Where nothing can be written or deleted by the API, so that nobody is asked whether a key may. */
export const readOnlyAreas: readonly Area[] = ['users', 'reports', 'audit']

/** `write` creates, changes and restores. */
export const actions = ['read', 'write', 'delete'] as const
export type Action = (typeof actions)[number]

/** What an operation needs: to do something in an area. */
export type Need = readonly [Area, Action]

/** What stands in one is seen only by those to whom it is open. */
export type PlaceKind = 'pipeline' | 'process_type'

/**
 * What a member may do in a pipeline or process type that is open to them (`product.md` §1.4). All but
 * `manage_stages` and `manage_sources` are about the deals and processes in it.
 */
export const placeRights = [
  'delete',
  'export',
  'reassign',
  'see_others',
  'see_unassigned',
  'see_reports',
  'manage_stages',
  'manage_sources',
] as const
export type PlaceRight = (typeof placeRights)[number]

/** What decides who may see a record, beside the right to read its area. */
export interface Bounds {
  /** It stands in a pipeline or process type, which this column names; where it is null, in all of them. */
  place?: { kind: PlaceKind; column: string; nullable?: true }
  /** It is somebody's work: this column names whose. */
  owner?: 'user_id'
  /** Where one of these columns names a record, that must be visible as well. */
  through?: readonly { column: string; table: string }[]
  /** The same for a record of any of several kinds: by the value of the column `kind` its table, or that itself. */
  parent?: { kind: string; id: string; tables?: Readonly<Record<string, string>> }
  /** A key that does not open everything sees only what it made itself: this column names the key. */
  maker?: string
}
