/** The pipelines of the company, with their stages in order and where their leads come from. */
export const pipelinePlans = {
  ownerLeads: {
    name: 'Prospective Owners',
    stages: {
      new: ['New lead', 'lead'],
      contacted: ['Contacted', 'lead'],
      proposal: ['Proposal sent', 'active'],
      nurture: ['Long-term nurture', 'prospect'],
      won: ['Agreement signed', 'won'],
      lost: ['Lost', 'lost'],
      invalid: ['Not a fit', 'invalid'],
    },
    sources: ['Website form', 'Owner referral', 'Agent referral', 'Online ads', 'Phone call', 'Home show'],
  },
  inquiries: {
    name: 'Tenant Inquiries',
    stages: {
      new: ['New inquiry', 'lead'],
      contacted: ['Contacted', 'lead'],
      showing: ['Showing scheduled', 'active'],
      later: ['Moving later', 'prospect'],
      won: ['Applied', 'won'],
      lost: ['Found another place', 'lost'],
      invalid: ['Not qualified', 'invalid'],
    },
    sources: ['Listing site', 'Website form', 'Yard sign', 'Phone call', 'Walk-in', 'Tenant referral'],
  },
  applicants: {
    name: 'Tenant Applicants',
    stages: {
      new: ['Application received', 'lead'],
      screening: ['Screening', 'active'],
      approved: ['Approved', 'active'],
      won: ['Lease signed', 'won'],
      lost: ['Denied', 'lost'],
      invalid: ['Withdrawn', 'invalid'],
    },
    sources: ['Online application', 'Paper application'],
  },
  clients: {
    name: 'Current Clients',
    stages: {
      new: ['Onboarding', 'active'],
      current: ['Under management', 'won'],
      leaving: ['Notice given', 'won'],
      past: ['Past client', 'past'],
    },
    sources: ['Prospective Owners', 'Portfolio purchase'],
  },
  tenants: {
    name: 'Current Tenants',
    stages: {
      new: ['Future tenant', 'active'],
      current: ['Current tenant', 'won'],
      leaving: ['Notice given', 'won'],
      past: ['Past tenant', 'past'],
    },
    sources: ['Tenant Applicants', 'Came with the property'],
  },
  vendors: {
    name: 'Current Vendors',
    stages: {
      new: ['Waiting for insurance', 'active'],
      current: ['Active vendor', 'won'],
      past: ['No longer used', 'past'],
    },
    sources: ['Recommended', 'Found online'],
  },
  agents: {
    name: 'Referring Agents',
    stages: {
      new: ['To meet', 'lead'],
      current: ['Refers to us', 'won'],
      past: ['Inactive', 'past'],
    },
    sources: ['Agent lunch', 'Open house'],
  },
} as const

export type PipelineName = keyof typeof pipelinePlans
export type StageName<P extends PipelineName> = keyof (typeof pipelinePlans)[P]['stages']
