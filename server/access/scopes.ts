import { type Action, type Area, actions, areas } from '../resource-layer/access.ts'

export { type Action, type Area, actions, areas }

/**
 * `deals:read`; with a star for every area, those that come later as well: `*:read`. `write` and `delete` are
 * given only together with `read`.
 */
export type Scope = `${Area | '*'}:${Action}`

export const everyScope: readonly Scope[] = ['*:read', '*:write', '*:delete']

/** What was given to a key. */
export interface Grant {
  scopes: readonly Scope[]
  /** The pipelines whose deals it opens, by id; null for all, those that come later as well. */
  pipelineIds: readonly string[] | null
  processTypeIds: readonly string[] | null
}

export const everything: Grant = { scopes: everyScope, pipelineIds: null, processTypeIds: null }

/** The scope of a text, or null when there is none of that name. */
export function parseScope(text: string): Scope | null {
  const [area = '', action = '', ...rest] = text.split(':')
  const isKnown = rest.length === 0 && (area === '*' || Object.hasOwn(areas, area))
  return isKnown && actions.some((known) => known === action) ? (text as Scope) : null
}

/** The first scope that is given without the `read` of its area, or null when there is none. */
export function withoutRead(scopes: readonly Scope[]): Scope | null {
  return (
    scopes.find((scope) => {
      const [area] = scope.split(':') as [Area | '*']
      return !scopes.includes('*:read') && !scopes.includes(`${area}:read`)
    }) ?? null
  )
}

export function allows(scopes: readonly Scope[], area: Area, action: Action): boolean {
  return scopes.includes(`*:${action}`) || scopes.includes(`${area}:${action}`)
}
