/** The resources that have a page of their own, with the word for one of them. */
export const singular = {
  contacts: 'Contact',
  deals: 'Deal',
  properties: 'Property',
  units: 'Unit',
  pipelines: 'Pipeline',
  processes: 'Process',
  process_types: 'Process type',
  property_groups: 'Property group',
  tasks: 'Task',
  conversations: 'Conversation',
  text_messages: 'Text message',
  emails: 'E-mail',
  calls: 'Call',
  notes: 'Note',
  uploaded_files: 'Uploaded file',
  tags: 'Tag',
  users: 'User',
} as const

export type Resource = keyof typeof singular

export function isResource(name: string): name is Resource {
  return Object.hasOwn(singular, name)
}

/** Which resource the objects under a field are of, if they have a page. */
export function resourceOf(field: string): Resource | null {
  if (isResource(field)) return field
  return resourceByField.get(field) ?? null
}

const resourceByField = new Map<string, Resource>(
  Object.entries({
    contact: 'contacts',
    primary_contact: 'contacts',
    deal: 'deals',
    property: 'properties',
    unit: 'units',
    pipeline: 'pipelines',
    process: 'processes',
    process_type: 'process_types',
    task: 'tasks',
    conversation: 'conversations',
    text_message: 'text_messages',
    email: 'emails',
    call: 'calls',
    note: 'notes',
    uploaded_file: 'uploaded_files',
    tag: 'tags',
    user: 'users',
    assignee: 'users',
    author: 'users',
    created_by: 'users',
  } as const),
)
