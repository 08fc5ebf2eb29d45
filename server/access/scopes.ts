/** What the API is divided into for those who may open only a part of it. Every operation belongs to one. */
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

/** `write` creates, changes and restores. `write` and `delete` are given only together with `read`. */
export const actions = ['read', 'write', 'delete'] as const
export type Action = (typeof actions)[number]

/** `deals:read`; with a star for every area, those that come later as well: `*:read`. */
export type Scope = `${Area | '*'}:${Action}`

export const everyScope: readonly Scope[] = ['*:read', '*:write', '*:delete']

/** What was given to a key. */
export interface Grant {
  scopes: readonly Scope[]
  /** The pipelines whose deals it opens, by id; null for all, those that come later as well. */
  pipelineIds: readonly string[] | null
  processTypeIds: readonly string[] | null
}

export const everything: Grant = { scopes: everyScope, pipelineIds: null, processTypeIds: null }

/** The scope of a text, or null when there is none of that name. */
export function parseScope(text: string): Scope | null {
  const [area = '', action = '', ...rest] = text.split(':')
  const isKnown = rest.length === 0 && (area === '*' || Object.hasOwn(areas, area))
  return isKnown && actions.some((known) => known === action) ? (text as Scope) : null
}

/** The first scope that is given without the `read` of its area, or null when there is none. */
export function withoutRead(scopes: readonly Scope[]): Scope | null {
  return (
    scopes.find((scope) => {
      const [area] = scope.split(':') as [Area | '*']
      return !scopes.includes('*:read') && !scopes.includes(`${area}:read`)
    }) ?? null
  )
}

export function allows(scopes: readonly Scope[], area: Area, action: Action): boolean {
  return scopes.includes(`*:${action}`) || scopes.includes(`${area}:${action}`)
}
