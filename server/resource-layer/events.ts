import type { Value } from '../storage/account-store.ts'
import type { Resource } from './resource.ts'

/** What an entry of the change log has, by which the names of its events are found. */
export interface Happened {
  action: string
  /** By field: the old and the new value as stored. */
  changed: Readonly<Record<string, [Value, Value]>>
}

/** Something that is told of in an event of its own, beside `updated`. */
export interface SpecialEvent {
  /** The second part of the event's name: `stage_changed`. */
  action: string
  /** A sentence of what happened. */
  description: string
  when(changed: Happened['changed']): boolean
}

/** The name of an event, with what it tells. */
export interface EventType {
  /** `deal.stage_changed` */
  name: string
  resource: Resource
  action: string
  description: string
}

const everyAction = ['created', 'updated', 'deleted', 'restored'] as const

/** The events that the records of a resource have; none where nothing is told of them. */
export function eventTypesOf(resource: Resource): EventType[] {
  if (!hasEvents(resource)) return []
  const word = resource.singular.replaceAll('_', ' ')
  const general = everyAction.map((action) => ({
    action,
    description:
      action === 'updated'
        ? `Something of the ${word} has changed; a special event may tell of the same change.`
        : `The ${word} was ${action}.`,
  }))
  return [...general, ...specialEventsOf(resource)].map(({ action, description }) => ({
    name: nameOf(resource, action),
    resource,
    action,
    description,
  }))
}

/** Everybody in an account may read its events, so none tells of what only admins may see. */
export function hasEvents({ isLogged, adminsOnly }: Resource): boolean {
  return isLogged && !adminsOnly
}

/** The names of the events of one change: the general one first. */
export function eventNamesOf(resource: Resource, { action, changed }: Happened): string[] {
  if (!hasEvents(resource)) return []
  const special = action === 'updated' ? specialEventsOf(resource).filter(({ when }) => when(changed)) : []
  return [action, ...special.map((one) => one.action)].map((one) => nameOf(resource, one))
}

/** An event for a change of one column, whatever the values. */
export function onChangeOf(column: string, action: string, description: string): SpecialEvent {
  return { action, description, when: (changed) => Object.hasOwn(changed, column) }
}

export const reassigned = onChangeOf('user_id', 'reassigned', 'Somebody else works on it, or nobody does.')
export const stageChanged = onChangeOf('stage_id', 'stage_changed', 'It has come into another stage.')

/** An event for a time that is set, such as `closed_at`. */
export function onSetting(column: string, action: string, description: string): SpecialEvent {
  return {
    action,
    description,
    when: ({ [column]: change }) => change !== undefined && change[0] === null && change[1] !== null,
  }
}

/** An event for a time that is taken away again. */
export function onClearing(column: string, action: string, description: string): SpecialEvent {
  return {
    action,
    description,
    when: ({ [column]: change }) => change !== undefined && change[0] !== null && change[1] === null,
  }
}

const tagsChanged = onChangeOf('tags', 'tags_changed', 'It has got tags, or lost some.')
const customFieldsChanged: SpecialEvent = {
  action: 'custom_fields_changed',
  description: 'The value of a custom field has changed.',
  when: (changed) => Object.keys(changed).some((name) => name.startsWith('custom_fields.')),
}

function specialEventsOf({ events, fields, customFields }: Resource): SpecialEvent[] {
  return [
    ...events,
    ...(fields.tags ? [tagsChanged] : []),
    ...(customFields === null ? [] : [customFieldsChanged]),
  ]
}

function nameOf({ singular }: Resource, action: string): string {
  return `${singular}.${action}`
}
