import type { EventType } from '../../api/event-types.ts'
import { humanise } from '../record/humanise.ts'

interface ChoiceGroup {
  group: string
  items: { value: string; label: string }[]
}

/**
 * The events to choose from, by kind of record; `deal.*` stands for all of deals.
 * @param chosen what must be among them, although it may be of a kind that is gone
 */
export function eventChoices(types: readonly EventType[], chosen: readonly string[]): ChoiceGroup[] {
  const groups = [...Map.groupBy(types, ({ resource }) => resource)].map(([resource, own]) => {
    const every = `${own[0]?.name.split('.')[0]}.*`
    const items = [every, ...own.map(({ name }) => name)].map((name) => ({ value: name, label: name }))
    return { group: humanise(resource), items }
  })
  const known = new Set(groups.flatMap(({ items }) => items.map(({ value }) => value)))
  const gone = chosen.filter((name) => !known.has(name))
  if (gone.length === 0) return groups
  return [...groups, { group: 'Others', items: gone.map((name) => ({ value: name, label: name })) }]
}
