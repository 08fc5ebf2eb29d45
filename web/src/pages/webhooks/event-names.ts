/** `deal.*`, the name that means all of the events of deals. */
export function everyOf(name: string): string {
  return `${name.split('.')[0]}.*`
}

/** The names with one more, or without it. All of a kind takes the place of each of the kind. */
export function toggledEvent(chosen: readonly string[], name: string): string[] {
  if (chosen.includes(name)) return chosen.filter((one) => one !== name)
  const others = name.endsWith('.*') ? chosen.filter((one) => everyOf(one) !== name) : chosen
  return [...others, name]
}
