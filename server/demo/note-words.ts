import type { PipelineName } from './pipelines.ts'

export type NoteTopic = PipelineName | 'property'

type Texts = readonly string[]

/** What people write: the kind of a note, which way a message went, and texts with gaps. */
export const noteWords: Readonly<
  Record<NoteTopic, readonly (readonly [string, 'inbound' | 'outbound' | null, Texts])[]>
> = {
  ownerLeads: talk(
    ['Owns {place} with a sibling; both must sign.', 'Wants us to look at {place} on {weekday}.'],
    [
      'Hi {first}, here is what {place} could rent for, with three comparisons.\n\nShall we talk on {weekday}?',
    ],
    ['Thank you. What is the fee when the place stands empty?', 'We are talking to two other companies.'],
    [
      'Explained fees and inspections. {first} decides by {weekday}.',
      'Left a message with a good time to call.',
    ],
  ),
  inquiries: talk(
    ['Has two cats, asked about the deposit.', 'Needs to move within six weeks.', 'Income looks sufficient.'],
    [
      'Hi {first}, {place} is available. You can see it on {weekday} at {time}.',
      'The application is online.',
    ],
    ['Is {place} still available?', 'We cannot make it on {weekday}, is there another time?'],
    ['Answered questions on utilities and parking.', 'Confirmed the showing at {time}.'],
  ),
  applicants: talk(
    [
      'Employer confirmed income.',
      'Former landlord gives a good reference.',
      'Waiting for the second pay stub.',
    ],
    [
      'Hi {first}, we still need a photo id and two pay stubs.',
      'Hi {first}, your application is in screening.',
    ],
    ['Attached are the pay stubs.', 'When will you decide?'],
    ['Went through the screening criteria with {first}.'],
  ),
  clients: talk(
    [
      'Approved {amount} for repairs at {place}.',
      'Prefers one statement for all properties.',
      'Annual review held.',
    ],
    [
      'Hi {first}, the repair at {place} is done; it came to {amount}.',
      'Your statement for the month is ready.',
    ],
    ['Please go ahead with the repair.', 'Can we raise the rent at the next renewal?'],
    ['Talked about the renewal and the market rent of {place}.', 'Owner is away until {weekday}.'],
  ),
  tenants: talk(
    ['Promised to pay {amount} by {weekday}.', 'Sink drips; vendor sent.', 'Renter insurance received.'],
    ['Hi {first}, your lease for {place} ends soon. Would you like to renew?', 'Reminder: {amount} is open.'],
    ['The heating makes a noise again.', 'We would like to stay another year.', 'Paid this morning.'],
    ['Asked about a broken blind; not urgent.', 'Called about late rent, left a message.'],
  ),
  vendors: talk(
    ['Insurance certificate received.', 'Good work at a fair price: {amount}.', 'Comes within two days.'],
    [
      'Please send an offer for the work we looked at on {weekday}.',
      'Your invoice of {amount} was approved.',
    ],
    ['We can start on {weekday} at {time}.', 'Invoice attached: {amount}.'],
    ['Agreed on {weekday}, {time}.'],
  ),
  agents: talk(
    ['Sends owners who move away.', 'Met at the agent lunch.'],
    ['Thank you for the referral; we take good care of them.'],
    ['I have an owner for you, may I pass on your number?'],
    ['Caught up on two owners who may call.'],
  ),
  property: [
    ['note', null, ['Roof above {place} looks fine from the street.', 'Gutters cleaned for {amount}.']],
    [
      'note',
      null,
      ['Inspection on {weekday}: no findings.', 'Smoke alarms tested.', 'Lock changed, new keys made.'],
    ],
    [
      'note',
      null,
      ['HOA letter about the front yard; passed on to the owner.', 'Photos taken for the listing.'],
    ],
  ],
}

/** What leads write in a form. */
export const leadMessages = {
  ownerLeads: [
    'We are moving out of state in two months and want to keep the house.\nWhat do you charge?',
    'I manage two rentals myself and have had enough of it.',
    'Inherited a duplex, one side is let. Do you take over existing tenants?',
    'Please send me your fees and a rent estimate.',
  ],
  inquiries: [
    'Is it still available? We could move in at the start of next month.',
    'Do you allow one small dog?',
    'Can I see it this week, after five?',
    'Does the rent include water and trash?',
  ],
} as const

function talk(remarks: Texts, sent: Texts, received: Texts, calls: Texts) {
  return [
    ['note', null, remarks],
    ['email', 'outbound', sent],
    ['email', 'inbound', received],
    ['call', 'outbound', calls],
    ['call', 'inbound', calls],
  ] as const
}
