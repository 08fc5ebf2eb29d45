import { onClearing, onSetting, reassigned, stageChanged } from '../../resource-layer/events.ts'
import { computed } from '../../resource-layer/fields/computed.ts'
import { customFields } from '../../resource-layer/fields/custom-fields.ts'
import { links } from '../../resource-layer/fields/links.ts'
import { integer } from '../../resource-layer/fields/number.ts'
import { onTimeFilter } from '../../resource-layer/fields/on-time.ts'
import { readOnly } from '../../resource-layer/fields/read-only.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { idSchema } from '../../resource-layer/fields/schemas.ts'
import { id, link, recordTime, time } from '../../resource-layer/fields/standard.ts'
import { tags } from '../../resource-layer/fields/tags.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { properties } from '../properties/properties.schema.ts'
import { withLeaseFacts } from './processes.lease-facts.ts'
import { assigneeRolesField, contactRolesField } from './processes.roles.ts'
import { deleteProcess, placeProcess, restoreProcess } from './processes.rules.ts'
import { statusFilter } from './processes.status.ts'

const stage = reference({
  column: 'stage_id',
  to: 'process_stages',
  description:
    'The stage it stands in; it must be one of its type. By default the first of status backlog, else the first.',
  example: { id: '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55', name: 'In progress', status: 'working' },
  shows: ['id', 'name', 'status'],
  filled: true,
  unknown: 'unknown_stage',
})

const closedAt = time({
  column: 'closed_at',
  description: 'When it came into a stage that is completed or canceled; null while it is open.',
})
const closedOnTime = onTimeFilter(
  'closed_at',
  'With true, only processes that were closed by their `due_at`, to the second; with false, only those closed after it. What is open or has no `due_at` is in neither.',
)

export const processes = defineResource({
  name: 'processes',
  singular: 'process',
  title: 'Processes',
  area: 'processes',
  bounds: { place: { kind: 'process_type', column: 'process_type_id' }, owner: 'user_id' },
  description:
    'One run of repeatable work, such as a move-in, with its properties, contacts and tasks. A closed one shows its units with the leases of the time when it closed.',
  wrapped: true,
  customFields: 'process',
  searchThrough: [
    { table: 'process_contacts', own: 'process_id', to: { table: 'contacts', other: 'contact_id' } },
    { table: 'process_properties', own: 'process_id', to: { table: 'properties', other: 'property_id' } },
    {
      table: 'process_properties',
      own: 'process_id',
      to: { table: 'units', other: 'property_id', key: 'property_id' },
    },
  ],
  events: [
    stageChanged,
    reassigned,
    onSetting('closed_at', 'closed', 'It has come into a stage that is completed or canceled.'),
    onClearing('closed_at', 'reopened', 'It has left such a stage, and is open again.'),
  ],
  hooks: { beforeWrite: placeProcess, beforeDelete: deleteProcess, beforeRestore: restoreProcess },
  fields: {
    id: id(),
    name: text({
      column: 'name',
      description: 'What it is called; by default made by the naming template of its type.',
      example: 'Renewal of 18 Alder Court',
      filter: true,
      sort: true,
      search: true,
    }),
    process_type_id: computed({
      description: 'The id of its type.',
      schema: idSchema,
      columns: ['process_type_id'],
      present: (row) => row.process_type_id,
    }),
    process_type: reference({
      column: 'process_type_id',
      to: 'process_types',
      description: 'Its type, which it never leaves.',
      shows: ['id', 'name'],
      linked: true,
      required: true,
      fixed: true,
      unknown: 'unknown_process_type',
    }),
    stage: { ...stage, filters: [...(stage.filters ?? []), statusFilter] },
    user: reference({
      column: 'user_id',
      to: 'users',
      description: 'Who works on it.',
      shows: ['id', 'name', 'email'],
      linked: true,
      aliases: ['assignee_id'],
      filterNames: ['assignee_id'],
      unknown: 'unknown_user',
    }),
    closed_at: readOnly({ ...closedAt, filters: [...(closedAt.filters ?? []), closedOnTime] }),
    due_at: time({ column: 'due_at', description: 'When it is due.', example: '2026-03-31T17:00:00Z' }),
    time_to_close: readOnly(
      integer({
        column: 'time_to_close',
        description: 'Seconds from its creation to its closing; null while it is open.',
        example: 86_400,
      }),
    ),
    comments: text({
      column: 'comments',
      description: 'Free text; newlines are kept.',
      example: 'Wants to stay another year.',
      long: true,
      nullable: true,
      search: true,
    }),
    tags: tags('processes'),
    properties: withLeaseFacts(
      links({
        to: properties,
        table: 'process_properties',
        own: 'process_id',
        other: 'property_id',
        description: 'The properties that it is about.',
        writeName: 'property_ids',
        aliases: ['property_id'],
        filterName: 'property_id',
        unknown: 'unknown_property',
      }),
    ),
    contact_roles: contactRolesField(),
    assignee_roles: assigneeRolesField(),
    custom_fields: customFields('process'),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
    link: link('processes'),
  },
})
