import type { Resource } from '../resource-layer/resource.ts'
import { exampleId } from './example-ids.ts'
import type { Json, JsonObject } from './openapi.types.ts'

interface RequestExample {
  create?: JsonObject
  update: JsonObject
}

/** Bodies that the server takes as they are once the ids are real. */
const curated: Record<string, RequestExample> = {
  pipeline: { create: { name: 'Prospective Owners' }, update: { name: 'Owners' } },
  stage: {
    create: { name: 'First call', status: 'lead', pipeline_id: exampleId('pipelines') },
    update: { name: 'Second call' },
  },
  source: {
    create: { name: 'Website form', pipeline_id: exampleId('pipelines') },
    update: { name: 'Website' },
  },
  deal: {
    create: { pipeline_id: exampleId('pipelines'), name: 'Rosa Field', contact_ids: [exampleId('contacts')] },
    update: { stage_id: exampleId('stages'), comments: 'Called back, wants a visit.', tags: ['vip'] },
  },
  contact: {
    create: {
      full_name: 'Rosa Field',
      email_addresses: ['rosa.field@example.com'],
      phone_numbers: [{ kind: 'mobile', phone: '(555) 010-4477' }],
      tags: ['vip'],
    },
    update: { company_name: 'Field & Daughters LLC', tags: ['vip', 'owner'] },
  },
  property: {
    create: {
      address: '18 Alder Court',
      city: 'Ashford',
      state: 'OR',
      zip_code: '97001',
      property_type: 'Single Home',
      unit: { num_bedrooms: 3, market_rent: '1450.0' },
    },
    update: { tags: ['vip'] },
  },
  unit: {
    create: { unit_number: '2B', num_bedrooms: 2, property_id: exampleId('properties') },
    update: { occupancy: 'Occupied', current_rent: '1450.0', lease_end_date: '2027-02-28' },
  },
  lease: {
    create: {
      unit_id: exampleId('units'),
      start_date: '2023-03-01',
      end_date: '2024-02-29',
      move_in: '2023-03-01',
      move_out: '2024-02-29',
      rent: '1375.0',
      tenant_ids: [exampleId('contacts')],
    },
    update: { comments: 'Two cats, deposit paid.', tenant_ids: [exampleId('contacts')] },
  },
  property_group: { create: { name: 'North side' }, update: { name: 'Riverside' } },
  process_type: {
    create: { name: 'Lease Renewals', naming_template: 'Renewal of {{property.street}}' },
    update: { naming_template: 'Renewal: {{contact.name}}, {{property.street}}' },
  },
  process_stage: {
    create: { name: 'Offer sent', status: 'working', process_type_id: exampleId('process_types') },
    update: { name: 'Offer accepted' },
  },
  step: {
    create: {
      kind: 'email',
      name: 'Renewal offer',
      description: 'Send the renewal offer.',
      delay_minutes: 1440,
      stage_id: exampleId('process_stages'),
    },
    update: { delay_minutes: 2880 },
  },
  contact_role: {
    create: { name: 'Guarantor', process_type_id: exampleId('process_types') },
    update: { name: 'Tenant or guarantor' },
  },
  assignee_role: {
    create: { name: 'Leasing agent', process_type_id: exampleId('process_types') },
    update: { name: 'Leasing team' },
  },
  process: {
    create: {
      process_type_id: exampleId('process_types'),
      comments: 'Wants to stay another year.',
      due_at: '2026-03-31T17:00:00Z',
      property_ids: [exampleId('properties')],
      contact_roles_attributes: [{ key: 'tenant', contact_ids: [exampleId('contacts')] }],
      tags: ['renewal'],
    },
    update: { stage_id: exampleId('process_stages'), comments: 'Offer sent.' },
  },
  task: {
    create: {
      kind: 'call',
      description: 'Ask whether the offer arrived.',
      due_at: '2026-03-10T17:00:00Z',
      process_id: exampleId('processes'),
    },
    update: { due_at: '2026-03-12T17:00:00Z' },
  },
  conversation: {
    create: {
      kind: 'phone',
      inbox: '+15550104400',
      participant: '+15550104477',
      subject: 'Showing of 18 Alder Court',
      contact_ids: [exampleId('contacts')],
    },
    update: { status: 'resolved', tags: ['vip'] },
  },
  text_message: {
    create: {
      from: '+15550104400',
      to: '+15550104477',
      body: 'Your showing is confirmed for Friday at 10.',
      contact_id: exampleId('contacts'),
      deal_id: exampleId('deals'),
    },
    update: { description: 'Wants to see the flat on Friday.' },
  },
  email: {
    create: {
      to: ['rosa.field@example.com'],
      subject: 'Your application for 18 Alder Court',
      body: 'Hi Rosa,\n\nyour application is complete. We will call you on Friday.',
      deal_id: exampleId('deals'),
    },
    update: { description: 'Sent again after the call.' },
  },
  call: {
    create: {
      direction: 'inbound',
      outcome: 'connected',
      from: '+15550104477',
      to: '+15550104400',
      duration_seconds: 184,
      description: 'Asked about the deposit.',
      deal_id: exampleId('deals'),
    },
    update: { outcome: 'left message' },
  },
  note: {
    create: {
      parent_type: 'Deal',
      parent_id: exampleId('deals'),
      description: "Called back: it's the house with the new roof.",
    },
    update: { description: 'Called back: the roof was redone in 2024.' },
  },
  uploaded_file: {
    create: {
      uploadable_id: exampleId('deals'),
      uploadable_type: 'deals',
      file: 'lease.pdf',
      public_access: false,
    },
    update: { name: 'lease-18-alder-court.pdf', public_access: true },
  },
  webhook_subscription: {
    create: {
      event_names: ['deal.created', 'deal.stage_changed'],
      target_url: 'https://hooks.example.com/latchkey',
      description: 'Accounting: new owners',
    },
    update: { status: 'paused' },
  },
  tag: { create: { name: 'spring campaign' }, update: { name: 'autumn campaign' } },
  custom_field: {
    create: {
      label: 'Pet deposit',
      category: 'property',
      data_type: 'choices',
      options: ['none', 'per pet'],
    },
    update: { label: 'Built in' },
  },
}

/** Whole bodies of operations that take more than the fields of one resource. */
export const wholeBodies: Readonly<Record<string, JsonObject>> = {
  createDeal: {
    deal: { pipeline_id: exampleId('pipelines'), comments: 'Asked about full service.' },
    contact: {
      full_name: 'Rosa Field',
      email_addresses: ['rosa.field@example.com'],
      phone_numbers: [{ kind: 'mobile', phone: '(555) 010-4477' }],
    },
    property: {
      address: '18 Alder Court',
      city: 'Ashford',
      state: 'OR',
      zip_code: '97001',
      num_bedrooms: 3,
    },
  },
}

/**
 * The fields of an example body of a resource.
 * @param accepted the names that the body takes; what the path fixes is left out.
 */
export function requestFields(
  resource: Resource,
  kind: 'create' | 'update',
  accepted: ReadonlySet<string>,
): JsonObject {
  const known = curated[resource.singular]?.[kind]
  const fields = known ?? fromFields(resource, kind)
  return Object.fromEntries(Object.entries(fields).filter(([name]) => accepted.has(name)))
}

/** For a resource that nobody has curated: what is required, and one field that says something. */
function fromFields(resource: Resource, kind: 'create' | 'update'): JsonObject {
  const writable = Object.values(resource.fields).flatMap(({ write, example }) =>
    write && example !== undefined ? [{ write, example: example as Json }] : [],
  )
  const required = kind === 'create' ? writable.filter(({ write }) => write.required) : []
  const chosen = required.length > 0 ? required : writable.slice(0, 1)
  return Object.fromEntries(chosen.map(({ write, example }) => [write.names[0], example]))
}
