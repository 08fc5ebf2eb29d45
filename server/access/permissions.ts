import { ApiError, errorOf, type Problem } from '../errors/api-error.ts'
import { type PlaceRight, placeRights } from '../resource-layer/access.ts'
import { parseId } from '../storage/ids.ts'

/**
 * What a member may see and do (`product.md` §1.4), as it is stored and as the page reads and writes it. What
 * is not open has null for its rights.
 */
export interface Permissions {
  pipelines: PermissionsOfPlaces
  process_types: PermissionsOfPlaces
  see_others_tasks: boolean
}

export interface PermissionsOfPlaces {
  /** In those that are not named, and in those that come later. */
  others: readonly PlaceRight[] | null
  /** By the id of the pipeline or process type. */
  named: Readonly<Record<string, readonly PlaceRight[] | null>>
}

/** The rights that mean something in each kind of place, in the order in which a page shows them. */
export const rightsOf = {
  pipelines: placeRights,
  process_types: placeRights.filter((right) => right !== 'manage_sources'),
} as const

const work: readonly PlaceRight[] = [
  'delete',
  'export',
  'reassign',
  'see_others',
  'see_unassigned',
  'see_reports',
]

/** What a member has for whom no admin has set anything: all of the work, and nothing of the set-up. */
export const usualPermissions: Permissions = {
  pipelines: { others: work, named: {} },
  process_types: { others: work, named: {} },
  see_others_tasks: true,
}

export function parseStored(text: string): Permissions {
  return JSON.parse(text)
}

const mostNamed = 1_000

/** @throws ApiError invalid_body, or invalid_field with one problem for every part that is wrong */
export function parsePermissions(body: unknown): Permissions {
  if (!isObject(body)) throw new ApiError('invalid_body', 'Send an object of permissions.')
  const problems: Problem[] = []
  const refuse = (param: string, message: string) => {
    problems.push({ code: 'invalid_field', param, message: `${param} ${message}` })
  }
  const permissions = {
    pipelines: places('pipelines', body.pipelines, refuse),
    process_types: places('process_types', body.process_types, refuse),
    see_others_tasks: body.see_others_tasks === true,
  }
  if (typeof body.see_others_tasks !== 'boolean') refuse('see_others_tasks', 'must be true or false')
  const [first, ...others] = problems
  if (first) throw errorOf([first, ...others])
  return permissions
}

type Refuse = (param: string, message: string) => void

function places(kind: keyof typeof rightsOf, given: unknown, refuse: Refuse): PermissionsOfPlaces {
  const nothing = { others: null, named: {} }
  if (!isObject(given) || !isObject(given.named)) {
    refuse(kind, 'must have others and named')
    return nothing
  }
  const entries = Object.entries(given.named)
  if (entries.length > mostNamed) refuse(`${kind}.named`, `names more than ${mostNamed}`)
  const named: Record<string, readonly PlaceRight[] | null> = {}
  for (const [text, rights] of entries.slice(0, mostNamed)) {
    const id = parseId(text)
    if (id === null) refuse(`${kind}.named`, 'must be ids')
    else named[id] = list(kind, `${kind}.named.${id}`, rights, refuse)
  }
  return { others: list(kind, `${kind}.others`, given.others, refuse), named }
}

function list(
  kind: keyof typeof rightsOf,
  param: string,
  given: unknown,
  refuse: Refuse,
): readonly PlaceRight[] | null {
  if (given === null) return null
  const known = rightsOf[kind]
  if (Array.isArray(given) && given.every((right) => known.includes(right)))
    return known.filter((right) => given.includes(right))
  refuse(param, `must be null, or a list of ${known.join(', ')}`)
  return null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
