import {
  address,
  date,
  decimal,
  flag,
  integer,
  list,
  nullable,
  object,
  type Shape,
  schemaOf,
  shape,
  text,
  time,
  unitTime,
  uuid,
  words,
} from './schema.ts'
import {
  linkedPerson,
  named,
  person,
  stageOfDeal,
  stageOfProcess,
  taskKind,
  withCustomFields,
} from './set-up.ts'

const record = { id: uuid, created_at: time, updated_at: time }

export const contact = shape(
  {
    ...record,
    name: text,
    first_name: text,
    last_name: text,
    company_name: nullable(text),
    emails: list(text),
    phone_numbers: list(object({ kind: text, phone: text })),
    tags: list(text),
    link: address,
  },
  { added: { address: nullable(text) }, flagged: withCustomFields },
)

const fullAddressFields = {
  created_at: time,
  updated_at: time,
  id: uuid,
  line_1: text,
  line_2: nullable(text),
  line_3: nullable(text),
  line_4: nullable(text),
  locality: text,
  region: text,
  postal_code: text,
  country: text,
  full_address: text,
}

export const fullAddressOrder = Object.keys(fullAddressFields)

const unitFields = {
  id: uuid,
  unit_number: nullable(text),
  num_bathrooms: decimal,
  num_bedrooms: decimal,
  occupancy: words('Vacant', 'Occupied', 'Tenant Occupied', 'Owner Occupied'),
  square_feet: integer,
  estimated_rent: nullable(decimal),
  delinquent_rent: nullable(decimal),
  market_rent: nullable(decimal),
  current_rent: nullable(decimal),
  amount_receivable: nullable(decimal),
  lease_start_date: nullable(date),
  lease_end_date: nullable(date),
  current_lease_move_in: nullable(date),
  current_lease_move_out: nullable(date),
  future_lease_move_in: nullable(date),
  future_lease_move_out: nullable(date),
  created_at: unitTime,
  updated_at: unitTime,
}

export const unit = shape(unitFields, {
  added: { property: object({ id: uuid, address: text, link: address }) },
  flagged: withCustomFields,
  order: [...Object.keys(unitFields), 'custom_fields'],
})

const propertyFields = {
  created_at: time,
  updated_at: time,
  id: uuid,
  property_type: nullable(text),
  address: text,
  city: text,
  state: text,
  zip_code: text,
  full_address: object(fullAddressFields),
  unit_count: integer,
  tags: list(text),
  link: address,
}

export const property = shape(propertyFields, {
  flagged: { ...withCustomFields, include_property_groups: { property_groups: list(named) } },
  nested: { unit },
  order: [
    'created_at',
    'updated_at',
    'id',
    'property_type',
    'address',
    'city',
    'state',
    'zip_code',
    'full_address',
    'unit_count',
    'property_groups',
    'unit',
    'tags',
    'custom_fields',
    'link',
  ],
})

export const deal = shape(
  {
    ...record,
    name: text,
    pipeline: named,
    stage: stageOfDeal,
    source: nullable(named),
    assignee: nullable(person),
    contacts: list(schemaOf(contact)),
    properties: list(schemaOf(property)),
    comments: nullable(text),
    value: nullable(decimal),
    cost: nullable(decimal),
    next_task_kind: nullable(taskKind),
    next_task_due_at: nullable(time),
    num_outbound_emails: integer,
    last_emailed_at: nullable(time),
    tags: list(text),
    link: address,
  },
  { flagged: withCustomFields },
)

export const process: Shape = shape(
  {
    ...record,
    name: text,
    process_type_id: uuid,
    process_type: object({ id: uuid, name: text, link: address }),
    stage: nullable(stageOfProcess),
    user: nullable(linkedPerson),
    closed_at: nullable(time),
    due_at: nullable(time),
    time_to_close: nullable(integer),
    comments: nullable(text),
    tags: list(text),
    properties: list(schemaOf(property)),
    contact_roles: list(object({ key: text, name: text, contacts: list(schemaOf(contact)) })),
    assignee_roles: list(object({ key: text, name: text, user: nullable(person) })),
    link: address,
  },
  { flagged: withCustomFields },
)

export const task = shape(
  {
    ...record,
    kind: taskKind,
    description: nullable(text),
    skipped: flag,
    auto_send: flag,
    auto_send_error: nullable(text),
    due_at: nullable(time),
    completed_at: nullable(time),
    process: nullable(
      object({
        id: uuid,
        name: text,
        process_type_id: uuid,
        // The contract leaves open what it holds beside these.
        process_type: { ...object({ id: uuid, name: text, link: address }), required: ['id', 'name'] },
        created_at: time,
        stage: stageOfProcess,
      }),
    ),
    deal: nullable(object({ id: uuid, name: text, pipeline: named, stage: stageOfDeal })),
    assignee: nullable(person),
    step: nullable(object({ id: uuid, kind: taskKind, description: text, delay_minutes: integer })),
  },
  { added: { name: nullable(text) } },
)

const direction = words('inbound', 'outbound')

export const note = shape(
  { ...record, description: text, kind: text, direction: nullable(direction), user: nullable(person) },
  { added: { parent_type: text, parent_id: uuid } },
)

/** There is no such object in the contract. */
export const lease = shape(
  { id: uuid, created_at: time, updated_at: time },
  {
    added: {
      unit: object({ id: uuid, unit_number: nullable(text) }),
      property: object({ id: uuid, address: text, link: address }),
      status: words('past', 'current', 'future'),
      start_date: date,
      end_date: nullable(date),
      move_in: nullable(date),
      move_out: nullable(date),
      rent: nullable(decimal),
      tenants: list(schemaOf(contact)),
      comments: nullable(text),
    },
  },
)

/** There is no such object in the contract. */
export const stageStay = shape(
  { id: uuid, created_at: time, updated_at: time },
  {
    added: {
      deal: nullable(named),
      process: nullable(named),
      stage: object({ id: uuid, name: text, status: text }),
      entered_at: time,
      left_at: nullable(time),
      seconds: nullable(integer),
    },
  },
)

/** There is no such object in the contract. */
export const auditEntry = shape(
  { id: uuid, created_at: time, updated_at: time },
  {
    added: {
      action: text,
      kind: text,
      summary: text,
      user: nullable(object({ id: uuid, name: text, email: text })),
      subject: nullable(object({ id: uuid, name: nullable(text) })),
      details: { type: 'object' },
      address: nullable(text),
      user_agent: nullable(text),
      request_id: nullable(text),
    },
  },
)
