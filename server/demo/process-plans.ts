import type { DataType } from '../resource-layer/custom-values.ts'

type Kind = 'todo' | 'email' | 'call' | 'meet' | 'sms'
type Status = 'backlog' | 'working' | 'completed' | 'canceled'

/** Kind, name, and after how many hours it is due. */
type StepPlan = readonly [Kind, string, number]

export interface ProcessPlan {
  name: string
  template: string
  stages: readonly { name: string; status: Status; steps: readonly StepPlan[] }[]
  contactRoles: readonly string[]
  assigneeRoles: readonly string[]
  fields: readonly { label: string; data_type: DataType; options?: readonly string[] }[]
  /** How often it happens beside the others. */
  weight: number
  /** Days until it is due. */
  days: number
}

const tenantAndOwner = ['Tenant', 'Owner']

/** The process types of the company (`product.md` §1.1). */
export const processPlans = {
  makeReady: plan('Make Ready', {
    weight: 2,
    days: 14,
    contactRoles: ['Owner', 'Vendor'],
    assigneeRoles: ['Maintenance coordinator'],
    fields: [{ label: 'Budget', data_type: 'currency' }],
    open: {
      Scheduled: [['todo', 'Walk through the empty unit', 24]],
      'Work under way': [
        ['call', 'Book painter and cleaner', 24],
        ['todo', 'Change the locks', 72],
        ['todo', 'Check the finished work', 168],
      ],
    },
  }),
  moveIn: plan('Move Ins', {
    weight: 3,
    days: 12,
    contactRoles: tenantAndOwner,
    assigneeRoles: ['Leasing agent'],
    fields: [{ label: 'Utilities transferred', data_type: 'choices', options: ['Yes', 'No', 'Partly'] }],
    open: {
      'Before the keys': [
        ['email', 'Send the welcome letter', 24],
        ['todo', 'Collect deposit and first rent', 72],
      ],
      'Move-in week': [
        ['meet', 'Hand over the keys', 48],
        ['todo', 'File the condition report', 120],
        ['sms', 'Ask how the first week went', 168],
      ],
    },
  }),
  moveOut: plan('Move Outs', {
    weight: 2,
    days: 30,
    contactRoles: tenantAndOwner,
    assigneeRoles: ['Leasing agent'],
    fields: [
      { label: 'Forwarding address', data_type: 'text' },
      { label: 'Deposit returned', data_type: 'currency' },
    ],
    open: {
      'Notice received': [
        ['email', 'Send the move-out guide', 24],
        ['todo', 'List the unit', 72],
      ],
      'Moving out': [
        ['meet', 'Walk through with the tenant', 24],
        ['todo', 'Settle the deposit', 336],
      ],
    },
  }),
  renewal: plan('Lease Renewals', {
    weight: 4,
    days: 45,
    contactRoles: tenantAndOwner,
    assigneeRoles: ['Leasing agent'],
    fields: [
      { label: 'New rent', data_type: 'currency' },
      { label: 'Answer', data_type: 'choices', options: ['Renews', 'Leaves', 'Month to month'] },
    ],
    open: {
      Review: [
        ['todo', 'Compare the rent with the market', 48],
        ['call', 'Ask the owner for approval', 72],
      ],
      'Offer sent': [
        ['email', 'Send the renewal offer', 24],
        ['sms', 'Remind the tenant of the offer', 168],
        ['todo', 'Have the lease signed', 336],
      ],
    },
  }),
  delinquency: plan('Delinquencies', {
    weight: 6,
    days: 13,
    contactRoles: tenantAndOwner,
    assigneeRoles: ['Accounting'],
    fields: [{ label: 'Payment plan', data_type: 'choices', options: ['None', 'Agreed', 'Broken'] }],
    open: {
      'Rent late': [
        ['sms', 'Remind of the rent', 24],
        ['call', 'Call about the rent', 72],
      ],
      'Notice served': [
        ['email', 'Send the late notice', 24],
        ['todo', 'Post the notice at the door', 48],
      ],
    },
  }),
  inspection: plan('Inspections', {
    weight: 4,
    days: 21,
    contactRoles: tenantAndOwner,
    assigneeRoles: ['Inspector'],
    fields: [{ label: 'Inspected on', data_type: 'date' }],
    open: {
      Planned: [['email', 'Announce the inspection', 24]],
      Inspecting: [
        ['meet', 'Inspect the property', 168],
        ['email', 'Send the report to the owner', 216],
      ],
    },
  }),
  workOrder: plan('Work Orders', {
    weight: 9,
    days: 10,
    contactRoles: ['Tenant', 'Owner', 'Vendor'],
    assigneeRoles: ['Maintenance coordinator'],
    fields: [
      { label: 'Trade', data_type: 'choices', options: ['Plumbing', 'Electrical', 'Heating', 'Appliances'] },
      { label: 'Estimate', data_type: 'currency' },
    ],
    open: {
      Reported: [['call', 'Ask the tenant what is wrong', 8]],
      Assigned: [
        ['email', 'Send the work to a vendor', 24],
        ['todo', 'Confirm the appointment', 48],
      ],
      Invoicing: [
        ['todo', 'Approve the invoice', 72],
        ['sms', 'Ask whether all is well', 96],
      ],
    },
  }),
} as const satisfies Record<string, ProcessPlan>

export type ProcessName = keyof typeof processPlans

export const processNames = Object.keys(processPlans) as ProcessName[]

/** The open stages in their order, the first of them a backlog, and the two that every type ends in. */
function plan(
  name: string,
  given: Omit<ProcessPlan, 'name' | 'template' | 'stages'> & {
    open: Readonly<Record<string, readonly StepPlan[]>>
  },
): ProcessPlan {
  const { open, ...rest } = given
  const stages = Object.entries(open).map(([stage, steps], index) => ({
    name: stage,
    status: index === 0 ? ('backlog' as const) : ('working' as const),
    steps,
  }))
  return {
    ...rest,
    name,
    template: '{{process_type.name}}: {{property.street}} {{contact.last_name}}',
    stages: [
      ...stages,
      { name: 'Completed', status: 'completed', steps: [] },
      { name: 'Canceled', status: 'canceled', steps: [] },
    ],
  }
}
