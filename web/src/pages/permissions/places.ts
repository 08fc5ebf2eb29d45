import type { PermissionsOfPlaces, Right } from '../../api/permissions.ts'

/** The id of a pipeline or process type; null for all that are not named. */
export type Which = string | null

export function rightsIn(places: PermissionsOfPlaces, which: Which): Right[] | null {
  return which === null ? places.others : (places.named[which] ?? null)
}

/** @param rights null closes it */
export function withRights(
  places: PermissionsOfPlaces,
  which: Which,
  rights: Right[] | null,
): PermissionsOfPlaces {
  if (which === null) return { ...places, others: rights }
  return { ...places, named: { ...places.named, [which]: rights } }
}

/** The place goes by the rules of those that are not named again. */
export function withoutOwn({ others, named }: PermissionsOfPlaces, id: string): PermissionsOfPlaces {
  return { others, named: Object.fromEntries(Object.entries(named).filter(([key]) => key !== id)) }
}

/** @param known all rights in their order, so that what is taken back leaves no trace */
export function toggled(rights: readonly Right[], right: Right, known: readonly Right[]): Right[] {
  return known.filter((one) => (one === right ? !rights.includes(one) : rights.includes(one)))
}
