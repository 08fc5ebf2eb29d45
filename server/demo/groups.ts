import { properties } from '../resources/properties/properties.schema.ts'
import { propertyGroups } from '../resources/property-groups/property-groups.schema.ts'
import { chanceOf } from './chance.ts'
import type { Planning } from './planning.ts'
import type { Property } from './portfolio.ts'

const names = ['North side', 'Riverside', 'Old Town']
const aMoment = 60_000

/** Puts each property into the group of the team that looks after its part of town. */
export function planGroups(planning: Planning, portfolio: readonly Property[]): void {
  const { journal, seed, team } = planning
  const chance = chanceOf(seed, 'groups')
  const by = team[0] ?? null
  const start = Math.min(...portfolio.map(({ at }) => at))
  const groups = names.map((name, index) =>
    journal.create(propertyGroups, { at: start + index * 1000, by, fields: { name } }),
  )
  for (const { id, at } of portfolio) {
    journal.update(properties, id, {
      at: at + aMoment,
      by,
      fields: { property_group_id: chance.pick(groups) },
    })
  }
}
