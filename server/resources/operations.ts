import Type from 'typebox'
import type { ReadAccount } from '../accounts/account-info.ts'
import { idSchema } from '../resource-layer/fields/schemas.ts'
import type { Resource } from '../resource-layer/resource.ts'
import { batch } from '../rest/batch.ts'
import { exportOperations } from '../rest/export.ts'
import { externalOperations } from '../rest/external-operations.ts'
import { nestedLists, nestedOperations } from '../rest/nested-operations.ts'
import type { Operation, Parameter } from '../rest/operation.ts'
import { reassignOperation } from '../rest/reassign-operation.ts'
import { resourceOperations } from '../rest/resource-operations.ts'
import { tagOperations } from '../rest/tag-operations.ts'
import { auditEntries } from './audit-entries/audit-entries.schema.ts'
import { calls } from './calls/calls.schema.ts'
import { capturedMessages } from './captured-messages/captured-messages.schema.ts'
import { contacts } from './contacts/contacts.schema.ts'
import { threadOperations } from './conversations/conversations.operations.ts'
import { conversations } from './conversations/conversations.schema.ts'
import { messageResources } from './conversations/conversations.thread.ts'
import { customFields } from './custom-fields/custom-fields.schema.ts'
import { createDeal } from './deals/deals.operations.ts'
import { deals } from './deals/deals.schema.ts'
import { emails } from './emails/emails.schema.ts'
import { eventOperations } from './events/events.operations.ts'
import { events } from './events/events.schema.ts'
import type { Live } from './events/events.stream.ts'
import { historyOperation } from './history/history.operations.ts'
import { infoOperations } from './info/info.operations.ts'
import { leases } from './leases/leases.schema.ts'
import { notes } from './notes/notes.schema.ts'
import { pipelines } from './pipelines/pipelines.schema.ts'
import { processStages } from './process-stages/process-stages.schema.ts'
import { definitionOperations } from './process-types/process-types.operations.ts'
import { processTypes } from './process-types/process-types.schema.ts'
import { processes } from './processes/processes.schema.ts'
import { properties } from './properties/properties.schema.ts'
import { propertyGroups } from './property-groups/property-groups.schema.ts'
import { reportOperations } from './reports/reports.operations.ts'
import { assigneeRoles, contactRoles } from './roles/roles.schema.ts'
import { sources } from './sources/sources.schema.ts'
import { stageStays } from './stage-stays/stage-stays.schema.ts'
import { stages } from './stages/stages.schema.ts'
import { steps } from './steps/steps.schema.ts'
import { tags } from './tags/tags.schema.ts'
import { taskActs } from './tasks/tasks.operations.ts'
import { tasks } from './tasks/tasks.schema.ts'
import { textMessages } from './text-messages/text-messages.schema.ts'
import { units } from './units/units.schema.ts'
import { downloadFile } from './uploaded-files/uploaded-files.operations.ts'
import { uploadedFiles } from './uploaded-files/uploaded-files.schema.ts'
import { users } from './users/users.schema.ts'
import { webhookDeliveries } from './webhook-deliveries/webhook-deliveries.schema.ts'
import {
  type Delivering,
  revealing,
  webhookActs,
} from './webhook-subscriptions/webhook-subscriptions.operations.ts'
import { webhookSubscriptions } from './webhook-subscriptions/webhook-subscriptions.schema.ts'

/** Every resource of the API, in the order of the reference. */
export const resources = [
  users,
  pipelines,
  stages,
  sources,
  deals,
  contacts,
  propertyGroups,
  properties,
  units,
  leases,
  processTypes,
  processStages,
  steps,
  contactRoles,
  assigneeRoles,
  processes,
  stageStays,
  tasks,
  conversations,
  textMessages,
  emails,
  calls,
  notes,
  uploadedFiles,
  tags,
  customFields,
  events,
  webhookSubscriptions,
  webhookDeliveries,
  capturedMessages,
  auditEntries,
]

const moveTo: Parameter = {
  name: 'move_to_stage_id',
  in: 'query',
  description: 'The stage of the same pipeline that the deals of the deleted one move to.',
  schema: Type.Unsafe(idSchema),
}

const moveProcessesTo: Parameter = {
  ...moveTo,
  description: 'The stage of the same process type that the processes of the deleted one move to.',
}

/** For those who only look at the operations. */
const nothingHappens: Live = {
  settled: async () => {},
  onPublished: () => () => {},
  ending: AbortSignal.abort(),
}

const nothingDelivers: Delivering = { deliverTest: async () => {} }

/** Every operation of the API: the one list from which routes, OpenAPI and the reference are made. */
export function operations(
  readAccount: ReadAccount,
  live: Live = nothingHappens,
  delivering: Delivering = nothingDelivers,
): Operation[] {
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
    ...nestedLists(pipelines, 'pipeline_id', [deals]),
    ...resourceOperations(stages, { deleteParameters: [moveTo] }),
    ...resourceOperations(sources),
    ...resourceOperations(deals, { create: createDeal }),
    ...resourceOperations(contacts),
    ...nestedLists(pipelines, 'pipeline_id', [contacts]),
    ...nestedLists(contacts, 'contact_id', [deals]),
    ...resourceOperations(properties),
    ...nestedOperations({
      parent: properties,
      child: units,
      fixed: (id) => ({ property_id: id }),
      creates: true,
      memberColumn: 'property_id',
    }),
    ...nestedLists(properties, 'property_id', [deals]),
    ...resourceOperations(units),
    ...leaseOperations(),
    ...resourceOperations(propertyGroups),
    ...nestedLists(propertyGroups, 'property_group_id', [properties]),
    ...processOperations(),
    ...resourceOperations(stageStays),
    ...nestedLists(deals, 'deal_id', [stageStays]),
    ...nestedLists(processes, 'process_id', [stageStays]),
    ...taskOperations(),
    ...messageOperations(),
    ...[deals, contacts, properties, units, processes, tasks, conversations].flatMap((parent) => [
      ...nestedOperations({
        parent,
        child: notes,
        fixed: (id) => ({ parent_id: id, parent_type: parent.name }),
        creates: true,
      }),
      ...nestedOperations({
        parent,
        child: uploadedFiles,
        fixed: (id) => ({ uploadable_id: id, uploadable_type: parent.name }),
        creates: true,
      }),
    ]),
    ...resourceOperations(notes),
    ...resourceOperations(uploadedFiles),
    downloadFile,
    ...resourceOperations(tags),
    ...resourceOperations(customFields),
    ...eventOperations(resources, live),
    ...resources.filter(({ isLogged }) => isLogged).map(historyOf),
    ...webhookOperations(delivering),
    ...resourceOperations(capturedMessages),
    ...resourceOperations(auditEntries),
    ...[deals, processes, tasks, conversations].map(reassignOperation),
    ...resources.flatMap(tagOperations),
    ...reportOperations(),
    ...resources.filter((resource) => resource !== webhookSubscriptions).flatMap(externalOperations),
    ...resources.filter((resource) => resource !== events).flatMap(exportOperations),
    batch,
  ]
}

function webhookOperations(delivering: Delivering): Operation[] {
  return [
    ...resourceOperations(webhookSubscriptions).map((operation) => revealing(operation)),
    ...externalOperations(webhookSubscriptions).map((operation) => revealing(operation)),
    ...nestedOperations({
      parent: webhookSubscriptions,
      child: webhookDeliveries,
      segment: 'deliveries',
      fixed: (id) => ({ subscription_id: id }),
      creates: false,
      memberColumn: 'subscription_id',
    }),
    ...webhookActs(delivering),
    ...resourceOperations(webhookDeliveries),
  ]
}

function historyOf(resource: Resource): Operation {
  if (resource === deals) return historyOperation(resource, 'deal_id')
  if (resource === processes) return historyOperation(resource, 'process_id')
  return historyOperation(resource)
}

function leaseOperations(): Operation[] {
  return [
    ...resourceOperations(leases),
    ...nestedOperations({
      parent: units,
      child: leases,
      fixed: (id) => ({ unit_id: id }),
      creates: true,
      memberColumn: 'unit_id',
    }),
    ...nestedLists(properties, 'property_id', [leases]),
    ...nestedLists(contacts, 'contact_id', [leases]),
  ]
}

function processOperations(): Operation[] {
  const ofType = (id: string) => ({ process_type_id: id })
  const partOfType = {
    parent: processTypes,
    fixed: ofType,
    creates: true,
    memberColumn: 'process_type_id',
  } as const
  return [
    ...resourceOperations(processTypes),
    ...definitionOperations,
    ...nestedOperations({
      ...partOfType,
      child: processStages,
      segment: 'stages',
      deleteParameters: [moveProcessesTo],
    }),
    ...nestedOperations({
      parent: processStages,
      within: { grandparent: processTypes, segment: 'stages', column: 'process_type_id' },
      child: steps,
      fixed: (id) => ({ stage_id: id }),
      creates: true,
      memberColumn: 'stage_id',
    }),
    ...nestedOperations({ ...partOfType, child: contactRoles }),
    ...nestedOperations({ ...partOfType, child: assigneeRoles }),
    ...nestedOperations({
      parent: processTypes,
      child: customFields,
      fixed: (id) => ({ process_type_id: id, category: 'process' }),
      creates: true,
    }),
    ...nestedLists(processTypes, 'process_type_id', [processes]),
    ...resourceOperations(processStages, { deleteParameters: [moveProcessesTo] }),
    ...resourceOperations(steps),
    ...resourceOperations(contactRoles),
    ...resourceOperations(assigneeRoles),
    ...resourceOperations(processes),
    ...nestedLists(properties, 'property_id', [processes]),
    ...nestedLists(contacts, 'contact_id', [processes]),
  ]
}

function taskOperations(): Operation[] {
  return [
    ...resourceOperations(tasks),
    ...taskActs(),
    ...nestedOperations({
      parent: processes,
      child: tasks,
      fixed: (id) => ({ process_id: id }),
      creates: true,
    }),
    ...nestedOperations({
      parent: deals,
      child: tasks,
      fixed: (id) => ({ deal_id: id }),
      creates: true,
    }),
    ...nestedLists(processTypes, 'process_type_id', [tasks]),
    ...nestedLists(pipelines, 'pipeline_id', [tasks]),
    ...nestedLists(contacts, 'contact_id', [tasks]),
    ...nestedLists(properties, 'property_id', [tasks]),
    ...nestedLists(users, 'user_id', [tasks, deals, processes]),
  ]
}

function messageOperations(): Operation[] {
  const parents = [
    { parent: contacts, fixed: (id: string) => ({ contact_id: id }) },
    { parent: deals, fixed: (id: string) => ({ deal_id: id }) },
    { parent: processes, fixed: (id: string) => ({ process_id: id }) },
  ]
  return [
    ...resourceOperations(conversations),
    ...threadOperations(),
    ...nestedLists(conversations, 'conversation_id', messageResources),
    ...messageResources.flatMap((resource) => resourceOperations(resource)),
    ...parents.flatMap((place) =>
      [conversations, ...messageResources].flatMap((child) =>
        nestedOperations({ ...place, child, creates: true }),
      ),
    ),
  ]
}
