import Type from 'typebox'
import { computed } from '../../resource-layer/fields/computed.ts'
import { integer } from '../../resource-layer/fields/number.ts'
import { readOnly } from '../../resource-layer/fields/read-only.ts'
import { id, idFilter, recordTime, time } from '../../resource-layer/fields/standard.ts'
import { text, textFilter } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { actorSchema, eventData, loadData, presentActor } from './events.data.ts'
import { placeFilter, tagFilter, typeFilter } from './events.filters.ts'

const type = text({
  column: 'type',
  description: 'What happened: `resource.action`, as in the list of event types.',
  example: 'deal.stage_changed',
})

const occurredAt = time({
  column: 'occurred_at',
  description: 'When it happened.',
  example: '2026-03-01T09:30:00Z',
  always: true,
})

const position = integer({
  column: 'position',
  description:
    'Its place among all events of the account. It counts up by one with each event, so that a gap would be seen.',
  example: 1042,
})

/** Read only: events follow from the change log, and are the same whenever they are read. */
export const events = defineResource({
  name: 'events',
  singular: 'event',
  title: 'Events',
  area: null,
  bounds: { parent: { kind: 'resource', id: 'record_id' } },
  description:
    'Something that happened to a record. Every change has an event such as `deal.updated`; what is special about it is told by a further one, such as `deal.stage_changed`. Lists are in the order of `position`: whoever reads on by the cursor misses none.',
  operations: ['list', 'get'],
  isLogged: false,
  defaultOrder: 'position',
  fields: {
    id: id(),
    type: { ...readOnly(type), filters: [typeFilter] },
    timestamp: {
      ...readOnly(occurredAt),
      filters: (occurredAt.filters ?? []).map((filter) => ({ ...filter, param: 'timestamp' })),
    },
    position: readOnly({ ...position, schema: Type.Integer() }),
    actor: {
      ...computed({
        description: 'Who did it: a user, a key by its name, or Latchkey itself (`system`).',
        schema: actorSchema,
        columns: ['actor_kind', 'actor_id', 'actor_name'],
        example: { kind: 'user', id: '0197a1c2-5b1e-7c3a-9d40-2f6b8e1a7c55', name: 'Nadia Brook' },
        present: presentActor,
      }),
      filters: [idFilter('actor_id', 'Only what one of these users or keys did.')],
    },
    data: {
      description:
        'What it happened to: the kind of record and its id, what changed with the values before and after, and the record as it was read right after. `record` is null when it is longer than 256 KiB, and once the event is older than 42 days.',
      schema: eventData,
      columns: ['resource', 'record_id', 'request_id', 'changed', 'record'],
      load: loadData,
      filters: [
        { ...textFilter('resource'), description: 'Only events of records of these kinds, such as `deals`.' },
        idFilter('record_id', 'Only events of these records.'),
        placeFilter('pipeline_id', 'pipelines'),
        placeFilter('process_type_id', 'process types'),
        placeFilter('stage_id', 'stages'),
        tagFilter,
      ],
    },
    created_at: {
      ...recordTime('created_at'),
      description: 'When it was published, which is right after it happened.',
    },
    updated_at: { ...recordTime('updated_at'), description: 'The same: an event never changes.' },
  },
})
