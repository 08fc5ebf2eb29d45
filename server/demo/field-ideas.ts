import type { DataType } from '../resource-layer/custom-values.ts'

/** Label, type, and the options, the texts, or the range of its values (days of the calendar for dates). */
export type FieldIdea = readonly [string, DataType, (readonly (string | number)[])?]

/** What every company of this kind keeps. */
export type Category = 'property' | 'unit' | 'contact' | 'deal'

export const fieldIdeas: Readonly<Record<Category, readonly FieldIdea[]>> = {
  property: [
    ['Year built', 'number', [1921, 2022]],
    ['HOA name', 'text', ['Larkfold Commons', 'Heron Pond', 'Quarry Hill', 'Millrace Row', 'none']],
    ['Pet policy', 'choices', ['No pets', 'Cats only', 'Small dogs', 'All pets']],
    ['Management fee', 'percentage', [6, 11]],
    ['Reserve', 'currency', [200, 800]],
    ['Repair limit without approval', 'currency', [150, 600]],
    ['Insurance expires', 'date', [600, 1090]],
    ['Heating', 'choices', ['Gas furnace', 'Heat pump', 'Electric baseboard', 'Oil']],
    ['Lockbox', 'text', ['Front rail', 'Meter box', 'Side gate', 'In the office']],
    ['Parking', 'choices', ['Garage', 'Carport', 'Driveway', 'Street']],
    ['Last inspection', 'date', [300, 729]],
    ['Listing page', 'url'],
  ],
  unit: [
    ['Flooring', 'choices', ['Carpet', 'Hardwood', 'Laminate', 'Tile']],
    ['Washer and dryer', 'choices', ['In unit', 'Hookups', 'Shared', 'None']],
    ['Floor', 'number', [1, 4]],
    ['Security deposit', 'currency', [800, 2600]],
    ['Utilities paid by owner', 'text', ['Water', 'Water and trash', 'None', 'All']],
    ['Furnace filter', 'choices', ['14x20', '16x25', '20x20', '20x25']],
    ['Last painted', 'date', [-600, 720]],
    ['Keys', 'number', [2, 6]],
  ],
  contact: [
    ['Prefers', 'choices', ['E-mail', 'Call', 'Text']],
    ['Best time to call', 'choices', ['Morning', 'Afternoon', 'Evening']],
    ['Language', 'choices', ['English', 'Spanish', 'Vietnamese', 'Russian']],
    ['Tax form on file', 'choices', ['Yes', 'No', 'Requested']],
    ['Emergency contact', 'text', ['Sister', 'Brother', 'Parent', 'Neighbor', 'Friend']],
    ['Customer since', 'date', [-1500, 720]],
  ],
  deal: [
    ['Move-in wish', 'date', [400, 800]],
    ['Budget', 'currency', [900, 3200]],
    ['Pets', 'choices', ['None', 'One cat', 'One dog', 'Several']],
    ['Reason', 'text', ['Job change', 'More space', 'Moving out of state', 'Tired of managing', 'Inherited']],
    ['Credit score range', 'choices', ['Below 600', '600 to 659', '660 to 719', '720 and up']],
    ['Household size', 'number', [1, 6]],
    ['Contract signed', 'date', [0, 729]],
    ['Next review', 'date', [731, 1095]],
  ],
}

/** What large companies add over the years: each thing with each fact about it. */
export const moreIdeas: Readonly<Record<Category, readonly FieldIdea[]>> = {
  property: combined(
    ['Roof', 'Furnace', 'Water heater', 'Gutters', 'Smoke alarms', 'Fence', 'Deck', 'Septic tank', 'Chimney'],
    ['Sprinklers', 'Driveway', 'Siding', 'Garage door', 'Air conditioner', 'Well', 'Sump pump', 'Alarm'],
    ['Crawl space', 'Mailbox', 'Pool', 'Windows', 'Electric panel'],
  ),
  unit: combined(
    ['Dishwasher', 'Refrigerator', 'Range', 'Microwave', 'Bath fan', 'Blinds', 'Thermostat', 'Disposal'],
    ['Front door lock'],
  ),
  contact: combined(['Authorization', 'Insurance', 'Background check', 'Welcome gift']),
  deal: combined(['Proposal', 'Agreement', 'Photos', 'Rent analysis']),
}

function combined(...things: (readonly string[])[]): FieldIdea[] {
  return things.flat().flatMap((thing): FieldIdea[] => [
    [`${thing} installed or received`, 'date'],
    [`${thing} condition`, 'choices', ['Good', 'Fair', 'Replace soon', 'Unknown']],
    [`${thing} cost`, 'currency', [40, 4000]],
    [`${thing} note`, 'text', ['See the file', 'Owner keeps the papers', 'Under warranty', 'Ask the vendor']],
    [`${thing} next check`, 'date', [731, 1400]],
    [`${thing} document`, 'url'],
  ])
}
