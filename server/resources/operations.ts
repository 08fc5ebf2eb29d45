import Type from 'typebox'
import type { ReadAccount } from '../accounts/account-info.ts'
import { idSchema } from '../resource-layer/fields/schemas.ts'
import { batch } from '../rest/batch.ts'
import { exportOperations } from '../rest/export.ts'
import { nestedOperations } from '../rest/nested-operations.ts'
import type { Operation, Parameter } from '../rest/operation.ts'
import { resourceOperations } from '../rest/resource-operations.ts'
import { contacts } from './contacts/contacts.schema.ts'
import { customFields } from './custom-fields/custom-fields.schema.ts'
import { createDeal } from './deals/deals.operations.ts'
import { deals } from './deals/deals.schema.ts'
import { infoOperations } from './info/info.operations.ts'
import { notes } from './notes/notes.schema.ts'
import { pipelines } from './pipelines/pipelines.schema.ts'
import { properties } from './properties/properties.schema.ts'
import { sources } from './sources/sources.schema.ts'
import { stages } from './stages/stages.schema.ts'
import { tags } from './tags/tags.schema.ts'
import { units } from './units/units.schema.ts'
import { users } from './users/users.schema.ts'

/** Every resource of the API, in the order of the reference. */
export const resources = [
  users,
  pipelines,
  stages,
  sources,
  deals,
  contacts,
  properties,
  units,
  notes,
  tags,
  customFields,
]

const moveTo: Parameter = {
  name: 'move_to_stage_id',
  in: 'query',
  description: 'The stage of the same pipeline that the deals of the deleted one move to.',
  schema: Type.Unsafe(idSchema),
}

/** Every operation of the API: the one list from which routes, OpenAPI and the reference are made. */
export function operations(readAccount: ReadAccount): Operation[] {
  return [
    ...infoOperations(readAccount),
    ...resourceOperations(users),
    ...resourceOperations(pipelines),
    ...nestedOperations({
      parent: pipelines,
      child: stages,
      fixed: (id) => ({ pipeline_id: id }),
      creates: true,
      memberColumn: 'pipeline_id',
      deleteParameters: [moveTo],
    }),
    ...nestedOperations({
      parent: pipelines,
      child: sources,
      fixed: (id) => ({ pipeline_id: id }),
      creates: true,
      memberColumn: 'pipeline_id',
    }),
    ...nestedOperations({
      parent: pipelines,
      child: deals,
      fixed: (id) => ({ pipeline_id: id }),
      creates: false,
    }),
    ...resourceOperations(stages, { deleteParameters: [moveTo] }),
    ...resourceOperations(sources),
    ...resourceOperations(deals, { create: createDeal }),
    ...resourceOperations(contacts),
    ...nestedOperations({
      parent: contacts,
      child: deals,
      fixed: (id) => ({ contact_id: id }),
      creates: false,
    }),
    ...resourceOperations(properties),
    ...nestedOperations({
      parent: properties,
      child: units,
      fixed: (id) => ({ property_id: id }),
      creates: true,
      memberColumn: 'property_id',
    }),
    ...nestedOperations({
      parent: properties,
      child: deals,
      fixed: (id) => ({ property_id: id }),
      creates: false,
    }),
    ...resourceOperations(units),
    ...[deals, contacts, properties, units].flatMap((parent) =>
      nestedOperations({
        parent,
        child: notes,
        fixed: (id) => ({ parent_id: id, parent_type: parent.name }),
        creates: true,
      }),
    ),
    ...resourceOperations(notes),
    ...resourceOperations(tags),
    ...resourceOperations(customFields),
    ...resources.flatMap(exportOperations),
    batch,
  ]
}
