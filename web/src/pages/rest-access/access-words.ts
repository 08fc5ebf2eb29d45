import type { AccessChoices, RestKey } from '../../api/rest-access.ts'
import { countOf, inWords } from '../../format/lists.ts'
import { actions, everyArea, withoutRepetition } from './scopes.ts'

type Access = Pick<RestKey, 'scopes' | 'pipeline_ids' | 'process_type_ids'>
type Named = readonly { id: string; name: string }[]

/** What a key may do in sentences: `Reads tasks.`, `Reads and changes leads.`, `Pipelines: 2 of 5.` */
export function accessWords(access: Access, choices: AccessChoices): string[] {
  return [
    ...scopeWords(access.scopes, choices.areas),
    ...placeWords('Pipelines', access.pipeline_ids, choices.pipelines),
    ...placeWords('Process types', access.process_type_ids, choices.process_types),
  ]
}

/** What else narrows a key: from where it may come and how often. */
export function limitWords(key: Pick<RestKey, 'allowed_addresses' | 'requests_per_minute'>): string[] {
  const { allowed_addresses: addresses, requests_per_minute: requests } = key
  const from =
    addresses.length > mostShown ? countOf(addresses.length, 'address', 'addresses') : inWords(addresses)
  return [
    ...(addresses.length === 0 ? [] : [`Only from ${from}.`]),
    ...(requests === null ? [] : [`At most ${countOf(requests, 'request')} a minute.`]),
  ]
}

/** Longer lists are counted. */
const mostShown = 2

const verbs = { read: 'reads', write: 'changes', delete: 'deletes' } as const

/** One sentence for all areas in which the key may do the same. */
function scopeWords(scopes: readonly string[], areas: AccessChoices['areas']): string[] {
  const titles = new Map([
    [everyArea, 'everything'],
    ...areas.map(({ name, title }) => [name, lower(title)] as const),
  ])
  const given = withoutRepetition(scopes)
  const sentences = new Map<string, string[]>()
  for (const [area, title] of titles) {
    const own = actions.filter((action) => given.includes(`${area}:${action}`))
    if (own.length === 0) continue
    const doing = inWords(own.map((action) => verbs[action]))
    sentences.set(doing, [...(sentences.get(doing) ?? []), title])
  }
  if (sentences.size === 0) return ['Nothing.']
  return [...sentences].map(([doing, what]) => `${upper(doing)} ${inWords(what)}.`)
}

function placeWords(title: string, ids: readonly string[] | null, known: Named): string[] {
  if (ids === null) return []
  if (ids.length === 0) return [`${title}: none.`]
  const names = known.filter(({ id }) => ids.includes(id)).map(({ name }) => `“${name}”`)
  const areShown = ids.length <= mostShown && names.length === ids.length
  return [areShown ? `${title}: only ${inWords(names)}.` : `${title}: ${ids.length} of ${known.length}.`]
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
