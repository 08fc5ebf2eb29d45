import type { DataType } from '../resource-layer/custom-values.ts'
import type { Calendar } from './calendar.ts'
import type { Chance } from './chance.ts'
import { type Category, type FieldIdea, fieldIdeas, moreIdeas } from './field-ideas.ts'
import type { Sizes } from './sizes.ts'

/** A custom field that the company defines, and what its values are like. */
export interface FieldPlan {
  category: Category
  label: string
  key: string
  data_type: DataType
  options?: readonly string[]
  text?: readonly string[]
  range?: readonly [number, number]
  /** How many of the records have a value. */
  filled: number
}

export function planFields(sizes: Sizes): FieldPlan[] {
  return [
    ...fieldsOf('property', sizes.propertyFields),
    ...fieldsOf('unit', sizes.unitFields),
    ...fieldsOf('contact', sizes.contactFields),
    ...fieldsOf('deal', sizes.dealFields),
  ]
}

/** Values for a new record, as they stand in a body: an object by key. */
export function valuesFor(
  category: Category,
  fields: readonly FieldPlan[],
  chance: Chance,
  calendar: Calendar,
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const field of fields) {
    if (field.category !== category || !chance.happens(field.filled)) continue
    values[field.key] = valueFor(field, chance, calendar)
  }
  return values
}

function fieldsOf(category: Category, count: number): FieldPlan[] {
  const first = fieldIdeas[category].map((idea) => planOf(category, idea, 0.8))
  const more = moreIdeas[category].map((idea) => planOf(category, idea, 0.45))
  return [...first, ...more].slice(0, count)
}

function planOf(category: Category, idea: FieldIdea, filled: number): FieldPlan {
  const [label, data_type, extra] = idea
  const key = label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
  const plan: FieldPlan = { category, label, key, data_type, filled }
  if (data_type === 'choices') plan.options = (extra ?? []) as readonly string[]
  else if (data_type === 'text') plan.text = (extra ?? []) as readonly string[]
  else if (extra) plan.range = extra as readonly [number, number]
  return plan
}

function valueFor(field: FieldPlan, chance: Chance, calendar: Calendar): unknown {
  const [min, max] = field.range ?? [0, 100]
  switch (field.data_type) {
    case 'choices':
      return chance.pick(field.options ?? [])
    case 'text':
      return chance.pick(field.text ?? [])
    case 'number':
    case 'percentage':
      return chance.int(min, max)
    case 'currency':
      return Math.round(chance.int(min, max) / 5) * 5
    case 'date':
      return calendar.date(chance.int(field.range ? min : -700, field.range ? max : 1000))
    case 'date_time':
      return `${calendar.date(chance.int(0, 729))}T17:00:00Z`
    case 'url':
      return `https://example.com/files/${field.key.replaceAll('_', '-')}/${chance.int(1000, 9999)}`
  }
}
