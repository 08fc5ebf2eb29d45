import Type from 'typebox'
import { deleteChildren, restoreChildren } from '../../resource-layer/children.ts'
import { reassigned, stageChanged } from '../../resource-layer/events.ts'
import { loaded } from '../../resource-layer/fields/computed.ts'
import { customFields } from '../../resource-layer/fields/custom-fields.ts'
import { links } from '../../resource-layer/fields/links.ts'
import { decimal } from '../../resource-layer/fields/number.ts'
import { reference } from '../../resource-layer/fields/reference.ts'
import { nullableIf, timeSchema } from '../../resource-layer/fields/schemas.ts'
import { id, link, recordTime } from '../../resource-layer/fields/standard.ts'
import { tags } from '../../resource-layer/fields/tags.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { presentTime } from '../../resource-layer/values.ts'
import { contacts } from '../contacts/contacts.schema.ts'
import { properties } from '../properties/properties.schema.ts'
import { deleteStays, keepStays, restoreStays } from '../stage-stays/stage-stays.keeping.ts'
import { stageStatuses } from '../stages/stages.schema.ts'
import { openTasks } from '../tasks/tasks.open.ts'
import { outboundEmails } from './deals.emails.ts'
import { nextTaskFields } from './deals.next-task.ts'
import { acceptSource, filterByStatus, placeDeal, requireLivePlace, switchOption } from './deals.rules.ts'

export const deals = defineResource({
  name: 'deals',
  singular: 'deal',
  title: 'Deals',
  area: 'deals',
  bounds: { place: { kind: 'pipeline', column: 'pipeline_id' }, owner: 'user_id' },
  description:
    'A lead or client in a pipeline, with its contacts and properties. The web app calls it a lead.',
  wrapped: true,
  customFields: 'deal',
  searchThrough: [
    { table: 'deal_contacts', own: 'deal_id', to: { table: 'contacts', other: 'contact_id' } },
    { table: 'deal_properties', own: 'deal_id', to: { table: 'properties', other: 'property_id' } },
    {
      table: 'deal_properties',
      own: 'deal_id',
      to: { table: 'units', other: 'property_id', key: 'property_id' },
    },
  ],
  events: [stageChanged, reassigned],
  hooks: {
    async beforeWrite(draft) {
      await placeDeal(draft)
      keepStays(draft, 'deal_id')
    },
    async beforeDelete(writer, row) {
      await deleteChildren(writer, openTasks('deal_id'), row)
      await deleteStays(writer, 'deal_id', row)
    },
    async beforeRestore(writer, row) {
      await requireLivePlace(writer, row)
      await restoreChildren(writer, openTasks('deal_id'), row)
      await restoreStays(writer, 'deal_id', row)
    },
  },
  fields: {
    id: id(),
    name: text({
      column: 'name',
      description: 'What it is called; by default the name of its first contact.',
      example: 'Rosa Field',
      filter: true,
      sort: true,
      search: true,
    }),
    pipeline: reference({
      column: 'pipeline_id',
      to: 'pipelines',
      description:
        'The pipeline it is in. Changing it moves the deal to the first stage there unless a stage is sent.',
      shows: ['id', 'name'],
      required: true,
      unknown: 'unknown_pipeline',
    }),
    stage: withStatusFilter(
      reference({
        column: 'stage_id',
        to: 'stages',
        description: 'The stage it stands in; it must be one of its pipeline. By default the first.',
        shows: ['id', 'name', 'status'],
        filled: true,
        unknown: 'unknown_stage',
      }),
    ),
    create_source_if_new: switchOption(
      'create_source_if_new',
      'With true, a `source_id_or_name` that is no source of the pipeline becomes one.',
    ),
    source: {
      ...reference({
        column: 'source_id',
        to: 'sources',
        description: 'Where the lead came from: written by the id or the name of a source of its pipeline.',
        shows: ['id', 'name'],
        unknown: 'unknown_source',
      }),
      write: {
        names: ['source_id_or_name', 'source_id'],
        schema: nullableIf(true, Type.String({ maxLength: 255 })),
        accept: acceptSource,
      },
    },
    assignee: reference({
      column: 'user_id',
      to: 'users',
      description: 'Who works on it.',
      shows: ['id', 'name', 'email'],
      aliases: ['assignee_id'],
      filterNames: ['assignee_id'],
      unknown: 'unknown_user',
    }),
    contacts: links({
      to: contacts,
      table: 'deal_contacts',
      own: 'deal_id',
      other: 'contact_id',
      description: 'Its contacts, the primary one first.',
      writeName: 'contact_ids',
      aliases: ['contact_id'],
      filterName: 'contact_id',
      unknown: 'unknown_contact',
    }),
    properties: links({
      to: properties,
      table: 'deal_properties',
      own: 'deal_id',
      other: 'property_id',
      description: 'The properties that it is about.',
      writeName: 'property_ids',
      aliases: ['property_id'],
      filterName: 'property_id',
      unknown: 'unknown_property',
    }),
    comments: text({
      column: 'comments',
      description: 'Free text; newlines are kept.',
      example: 'Owns two more houses nearby.',
      long: true,
      nullable: true,
      search: true,
    }),
    value: decimal({ column: 'value', description: 'What it is worth to the company.', example: '1800.0' }),
    cost: decimal({ column: 'cost', description: 'What the lead cost.', example: '25.0' }),
    ...nextTaskFields(),
    num_outbound_emails: loaded({
      description: 'How many outbound e-mails are logged on it as notes.',
      example: 2,
      schema: Type.Integer(),
      async load(rows, context) {
        const emails = await outboundEmails(rows, context)
        return (row) => emails.get(row.id ?? null)?.count ?? 0
      },
    }),
    last_emailed_at: loaded({
      description: 'When the last of those was sent.',
      schema: nullableIf(true, timeSchema),
      async load(rows, context) {
        const emails = await outboundEmails(rows, context)
        return (row) => {
          const last = emails.get(row.id ?? null)?.last
          return last === undefined ? null : presentTime(last)
        }
      },
    }),
    accept_duplicates: switchOption(
      'accept_duplicates',
      'On creation. false: when an open deal of the pipeline has a contact with the same e-mail or phone, that deal is returned with status 200 and `meta.duplicate`, and nothing is created. true: everything is created anew. Not sent: the contact and property are found where they exist, the deal is created.',
    ),
    tags: tags('deals'),
    custom_fields: customFields('deal'),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
    link: link('deals'),
  },
})

function withStatusFilter(field: ReturnType<typeof reference>): ReturnType<typeof reference> {
  const status = {
    param: 'status',
    description: `Only deals whose stage has one of these statuses: ${stageStatuses.join(', ')}; or open, closed.`,
    schema: Type.String(),
    list: true,
    range: false,
    apply: filterByStatus,
  }
  return { ...field, filters: [...(field.filters ?? []), status] }
}
