import type { PermissionsOfPlaces, Place, PlaceKind, Right } from '../../api/permissions.ts'
import { placeWords } from '../permissions/place-words.ts'

/**
 * What may be done in each place that is open, and in those that are not named.
 * @param open the places of the kind that the member sees
 */
export function rightsInWords(
  kind: PlaceKind,
  { others, named }: PermissionsOfPlaces,
  open: readonly Place[],
): [name: string, rights: string][] {
  const { one, own, rights: words } = placeWords[kind]
  const inWords = (rights: readonly Right[]) => {
    const [first, ...rest] = [own, ...rights.map((right) => words[right] ?? right)]
    return [first, ...rest.map((word) => word.charAt(0).toLowerCase() + word.slice(1))].join(', ')
  }
  const apart = open.filter(({ id }) => named[id])
  const every = `Every ${Object.keys(named).length > 0 ? 'other ' : ''}${one}`
  return [
    ...apart.map(({ id, name }): [string, string] => [`${capital(one)} ${name}`, inWords(named[id] ?? [])]),
    [every, others ? inWords(others) : 'Not open to you'],
  ]
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
